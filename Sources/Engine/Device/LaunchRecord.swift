/// What a launch does, as far as its time depends on it: for models of a device's time, not for
/// devices.
package struct LaunchRecord: Hashable, Sendable {
  package let kernel: String
  /// Work-groups, and work-items of each; the depth that tiles of products fetch at a time.
  package let groups, items, step: Int
  /// Of values that are read and written, once each; and of those that every group reads, weights.
  package var bytesRead = 0, bytesWritten = 0, bytesOfWeights = 0
  /// Of matrix products whose sums are over columns, and of those whose sums are over rows.
  package var multiplyAdds = 0, weightMultiplyAdds = 0
  /// Steps of the graph that it computes, one after another, and the terms of all their sums over
  /// columns, where one sum needs the one before.
  package var steps = 0, depth = 0
  /// Of a chain, where work-items wait for each other, one after another.
  package var barriers = 0
  /// Rows of the batch that are summed over, and into how many parts they are cut.
  package var rows = 0, parts = 1
}

extension DevicePlan {
  /// A record for each launch.
  ///
  /// - Parameter source: the graph that was lowered.
  package func records(of source: Graph) -> [LaunchRecord] {
    let owners = owners(in: source)
    var written = Set(source.values)
    return steps.enumerated().flatMap { index, step in
      step.launches.enumerated().map { launch in
        var record = LaunchRecord(launch.element)
        record.addMemory(of: launch.element, results: step.results, in: self.graph, &written)
        // Launches after the first add up parts of its results.
        for (step, owner) in zip(source.steps, owners) where launch.offset == 0 {
          record.add(step, rows: owner.rows == index, sums: owner.sums == index)
        }
        return record
      }
    }
  }

  /// By which of the plan's steps a step of the graph is computed, and by which its sums over rows.
  private func owners(in source: Graph) -> [(rows: Int, sums: Int)] {
    func owner(_ values: [Value]) -> Int? {
      steps.lastIndex { !Set(values).isDisjoint(with: $0.results) }
    }
    var rows = source.steps.map { owner($0.outputs) }
    let sums = source.steps.map { owner($0.sums) }
    // What nobody sees is computed where it is needed, or else where what is before it is.
    for index in source.steps.indices.reversed() where rows[index] == nil {
      let outputs = Set(source.steps[index].outputs)
      rows[index] = source.steps.indices.dropFirst(index + 1)
        .first { !outputs.isDisjoint(with: source.steps[$0].inputs) }.flatMap { rows[$0] }
    }
    for index in source.steps.indices.dropFirst() where rows[index] == nil {
      rows[index] = source.steps[index].outputs.isEmpty ? sums[index] : rows[index - 1]
    }
    return source.steps.indices.map { (rows[$0] ?? 0, sums[$0] ?? rows[$0] ?? 0) }
  }
}

extension LaunchRecord {
  fileprivate init(_ launch: Launch) {
    switch launch {
    case .kernel(let kernel):
      self.init(
        kernel: kernel.entry,
        groups: kernel.global.x / kernel.local.x * (kernel.global.y / kernel.local.y),
        items: kernel.local.x * kernel.local.y, step: kernel.tile.step)
      barriers = kernel.text?.barriers ?? 0
    case .product: self.init(kernel: launch.name, groups: 0, items: 0, step: 0)
    }
  }

  /// - Parameter known: what has been written before, or is there from the start.
  fileprivate mutating func addMemory(
    of launch: Launch, results: [Value], in graph: Graph, _ known: inout Set<Value>
  ) {
    known.formUnion(graph.constants.keys)
    let written = Dictionary(grouping: Set(results)) { graph.home(of: $0).parent }
    for value in launch.values {
      let isNew = known.insert(value).inserted
      if let views = written[value] {
        bytesWritten += views.reduce(0) { $0 + 4 * $1.shape.count }
      } else if isNew || results.contains(value) {
        bytesWritten += 4 * value.shape.count
        // Parts of sums, one in each row.
        if isNew { parts = max(parts, value.shape.rows) }
      } else {
        bytesRead += 4 * value.shape.count
      }
    }
    // What it changes, it reads before.
    if kernel == "adam" { bytesRead += bytesWritten }
  }

  fileprivate mutating func add(_ step: any GraphStep, rows isOfRows: Bool, sums isOfSums: Bool) {
    if isOfRows && !step.outputs.isEmpty { steps += 1 }
    switch step {
    case let dense as Dense where isOfRows:
      add(dense.layer, depth: dense.layer.depth, step.flops / 2)
    case let gradient as DenseGradient:
      let ofWeights = gradient.dw == nil ? 0 : gradient.layer.weightMultiplyAdds
      if isOfSums && ofWeights > 0 {
        weightMultiplyAdds += ofWeights
        self.rows = gradient.layer.rows
      }
      let ofRows = step.flops / 2 - ofWeights
      if isOfRows && ofRows > 0 { add(gradient.layer, depth: gradient.layer.columns, ofRows) }
    case let gather as Gather where isOfRows:
      // Of a table only the rows of the batch are read.
      bytesRead -= 4 * (gather.table.shape.count - gather.outputs.reduce(0) { $0 + $1.shape.count })
    default: break
    }
  }

  private mutating func add(_ layer: DenseLayer, depth terms: Int, _ count: Int) {
    multiplyAdds += count
    depth += terms
    bytesOfWeights += 4 * layer.w.shape.count
  }
}

extension DenseLayer {
  fileprivate var weightMultiplyAdds: Int { rows * columns * depth }
}

extension Launch {
  fileprivate var values: Set<Value> {
    switch self {
    case .kernel(let kernel):
      Set(kernel.arguments.compactMap { if case .value(let value) = $0 { value } else { nil } })
    case .product(let product): Set([product.a, product.b, product.c].map(\.slice.value))
    }
  }
}
