/// Steps over the same items that every thread takes a tile of rows through, one after another,
/// while it is hot in cache.
struct Section<E: Real> {
  let domain: Domain
  fileprivate(set) var steps: [Step]
  /// Sums over items that any of the steps adds to.
  fileprivate(set) var sums: [Value]
  let tiling: Tiling

  struct Step {
    let primitive: any Primitive
    /// No earlier step of the section adds to the sums of this one.
    let opensSums: Bool
  }
}

/// How the items of a section are cut: slots that are summed in order, each walked tile by tile.
///
/// What is added up over slots follows from the problem alone. The number of threads decides who
/// computes a slot, and how columns are cut, never what is added to what: the bits do not depend on
/// it.
struct Tiling: Hashable {
  let items: Int
  let itemsPerSlot: Int
  let itemsPerTile: Int

  var slots: Int { (items + itemsPerSlot - 1) / itemsPerSlot }

  func slot(_ slot: Int) -> Range<Int> {
    slot * itemsPerSlot..<min(items, (slot + 1) * itemsPerSlot)
  }

  /// - Parameter sumCount: elements of all sums of the section. Every slot has its own copy, so
  ///   large ones want few slots with many rows each.
  /// - Parameter threads: decides how columns are cut, which nothing is added up over.
  init(_ domain: Domain, sumCount: Int, threads: Int) {
    items = domain.extent
    switch domain {
    case .once:
      (itemsPerSlot, itemsPerTile) = (1, 1)
    case .columns:
      // Whole vectors; every part prepares the other factor of its product for itself.
      itemsPerSlot = max(64, Self.share(items, among: 2 * threads, multipleOf: 16))
      itemsPerTile = itemsPerSlot
    case .elements:
      itemsPerSlot = max(16384, Self.share(items, among: 16, multipleOf: 4096))
      itemsPerTile = 4096
    case .rows:
      let isLarge = sumCount >= 100_000
      let most = max(1, min(16, 64_000_000 / max(1, sumCount)))
      itemsPerSlot = max(isLarge ? 128 : 32, Self.share(items, among: most, multipleOf: 8))
      itemsPerTile = isLarge ? 128 : 64
    }
  }

  private static func share(_ items: Int, among slots: Int, multipleOf unit: Int) -> Int {
    let share = (items + slots - 1) / slots
    return (share + unit - 1) / unit * unit
  }
}

extension Graph {
  /// Cuts the steps into sections: a new one where the items change, or where a step needs all of
  /// what an earlier one is still computing.
  func sections<E: Real>(_: E.Type, threads: Int) -> [Section<E>] {
    var groups: [SectionBuilder] = []
    for step in steps {
      if groups.last?.accepts(step, in: self) != true {
        groups.append(SectionBuilder(domain: step.domain))
      }
      groups[groups.count - 1].append(step, in: self)
    }
    return groups.map { group in
      let sumCount = group.sums.reduce(0) { $0 + $1.shape.count }
      return Section(
        domain: group.domain,
        steps: group.steps.map { .init(primitive: $0.primitive, opensSums: $0.opensSums) },
        sums: group.sums, tiling: Tiling(group.domain, sumCount: sumCount, threads: threads))
    }
  }
}

struct SectionBuilder {
  let domain: Domain
  private(set) var steps: [(primitive: any Primitive, opensSums: Bool)] = []
  private(set) var sums: [Value] = []
  private var written: Set<Int> = []
  private var summed: Set<Int> = []
  private var readWhole: Set<Int> = []

  init(domain: Domain) { self.domain = domain }

  func accepts(_ step: any Primitive, in graph: Graph) -> Bool {
    func homes(_ values: [Value]) -> Set<Int> { Set(values.map { graph.home(of: $0).parent.id }) }
    return step.domain == domain
      && homes(step.wholes).isDisjoint(with: written.union(summed))
      && homes(step.inputs).isDisjoint(with: summed)
      && homes(step.outputs).isDisjoint(with: readWhole.union(summed))
      && homes(step.sums).isDisjoint(with: readWhole.union(written))
  }

  mutating func append(_ step: any Primitive, in graph: Graph) {
    let new = step.sums.filter { !sums.contains($0) }
    precondition(
      new.isEmpty || new.count == step.sums.count,
      "\(type(of: step)) adds to one sum that is new and one that is not")
    steps.append((step, opensSums: !new.isEmpty))
    sums += new
    written.formUnion(step.outputs.map { graph.home(of: $0).parent.id })
    summed.formUnion(step.sums.map { graph.home(of: $0).parent.id })
    readWhole.formUnion(step.wholes.map { graph.home(of: $0).parent.id })
  }
}
