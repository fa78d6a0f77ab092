/// Steps over the same items that every thread takes a tile of rows through, one after another,
/// while it is hot in cache.
struct Section {
  let steps: [Member]
  /// Sums over items that any of the steps adds to.
  let sums: [Value]
  let tiling: Tiling

  struct Member {
    let step: any CPUStep
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
      itemsPerSlot = max(64, Self.share(items, among: threads, multipleOf: 16))
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

extension CPUPlan {
  /// The steps as sections.
  func sections(threads: Int) -> [Section] {
    graph.runs(of: steps).map { run in
      let sumCount = run.sums.reduce(0) { $0 + $1.shape.count }
      return Section(
        steps: zip(steps[run.steps], run.opensSums).map { .init(step: $0, opensSums: $1) },
        sums: run.sums, tiling: Tiling(run.domain, sumCount: sumCount, threads: threads))
    }
  }
}
