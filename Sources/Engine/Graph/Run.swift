/// Neighboring steps over the same items that a device may take through tiles of them, one step after
/// another: none needs all of what an earlier one is still computing.
struct Run {
  let domain: Domain
  /// Positions in the list of steps.
  private(set) var steps: Range<Int>
  /// Sums over items that any of the steps adds to.
  private(set) var sums: [Value] = []
  /// For each step, whether it is the first to add to its sums.
  private(set) var opensSums: [Bool] = []
  private var written: Set<Int> = []
  private var summed: Set<Int> = []
  private var readWhole: Set<Int> = []

  fileprivate init(_ step: any Step, at index: Int, in graph: Graph) {
    domain = step.domain
    steps = index..<index
    append(step, in: graph)
  }

  fileprivate func accepts(_ step: any Step, in graph: Graph) -> Bool {
    func homes(_ values: [Value]) -> Set<Int> { Set(values.map { graph.home(of: $0).parent.id }) }
    return step.domain == domain
      && homes(step.wholes).isDisjoint(with: written.union(summed))
      && homes(step.inputs).isDisjoint(with: summed)
      && homes(step.outputs).isDisjoint(with: readWhole.union(summed))
      && homes(step.sums).isDisjoint(with: readWhole.union(written))
  }

  fileprivate mutating func append(_ step: any Step, in graph: Graph) {
    let new = step.sums.filter { !sums.contains($0) }
    precondition(
      new.isEmpty || new.count == step.sums.count,
      "\(type(of: step)) adds to one sum that is new and one that is not")
    steps = steps.lowerBound..<steps.upperBound + 1
    opensSums.append(!new.isEmpty)
    sums += new
    written.formUnion(step.outputs.map { graph.home(of: $0).parent.id })
    summed.formUnion(step.sums.map { graph.home(of: $0).parent.id })
    readWhole.formUnion(step.wholes.map { graph.home(of: $0).parent.id })
  }
}

extension Graph {
  /// Cuts steps into runs: a new one where the items change, or where a step needs all of what an
  /// earlier one is still computing.
  func runs(of steps: [any Step]) -> [Run] {
    var runs: [Run] = []
    for (index, step) in steps.enumerated() {
      if runs.last?.accepts(step, in: self) == true {
        runs[runs.count - 1].append(step, in: self)
      } else {
        runs.append(Run(step, at: index, in: self))
      }
    }
    return runs
  }
}
