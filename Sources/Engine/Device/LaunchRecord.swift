/// What a launch does, as far as its time depends on it: for models of a device's time, not for
/// devices.
package struct LaunchRecord: Hashable, Sendable {
  package let kernel: String
  /// Work-groups, and work-items of each.
  package let groups, items: Int
  /// Of values that are read and written, once each; and of those that every group reads, weights.
  package var bytesRead = 0, bytesWritten = 0, bytesOfWeights = 0
  /// Of matrix products whose sums are over columns, and of those whose sums are over rows.
  package var multiplyAdds = 0, weightMultiplyAdds = 0
  /// Steps of the graph that it computes, one after another, and the terms of all their sums over
  /// columns, where one sum needs the one before.
  package var steps = 0, depth = 0
  /// Rows that a sum over rows has.
  package var rows = 0
}

extension DevicePlan {
  /// A record for each launch.
  ///
  /// - Parameter source: the graph that was lowered.
  package func records(of source: Graph) -> [LaunchRecord] {
    zip(steps, sources(in: source)).flatMap { step, sources in
      step.launches.enumerated().map { index, launch in
        // Those after the first add up parts of its results.
        record(of: launch, results: Set(step.results), sources: index == 0 ? sources : [])
      }
    }
  }

  /// The steps of the graph that each step of the plan computes: those whose results it has, and
  /// those whose results only they need.
  private func sources(in source: Graph) -> [[any GraphStep]] {
    var found = [[any GraphStep]](repeating: [], count: steps.count)
    var owner = steps.count - 1
    for step in source.steps.reversed() {
      let results = Set(step.outputs + step.sums)
      owner = steps.indices.last { !results.isDisjoint(with: steps[$0].results) } ?? owner
      found[owner].insert(step, at: 0)
    }
    return found
  }

  private func record(
    of launch: Launch, results: Set<Value>, sources: [any GraphStep]
  ) -> LaunchRecord {
    var record =
      switch launch {
      case .kernel(let kernel):
        LaunchRecord(
          kernel: kernel.entry,
          groups: kernel.global.x / kernel.local.x * (kernel.global.y / kernel.local.y),
          items: kernel.local.x * kernel.local.y)
      case .product: LaunchRecord(kernel: launch.name, groups: 0, items: 0)
      }
    var wholes: Set<Value> = []
    for step in sources {
      record.steps += 1
      // Of a table only the rows of the batch are read.
      if let gather = step as? Gather {
        record.bytesRead += gather.outputs.reduce(0) { $0 + 4 * $1.shape.count }
        wholes.formUnion(gather.wholes)
      }
      record.add(step)
    }
    for value in launch.values.subtracting(wholes) {
      if results.contains(value) {
        record.bytesWritten += 4 * value.shape.count
      } else {
        record.bytesRead += 4 * value.shape.count
      }
    }
    return record
  }
}

extension LaunchRecord {
  fileprivate mutating func add(_ step: any GraphStep) {
    switch step {
    case let dense as Dense:
      multiplyAdds += step.flops / 2
      depth += dense.layer.depth
      bytesOfWeights += 4 * dense.layer.w.shape.count
    case let gradient as DenseGradient:
      let layer = gradient.layer
      let ofWeights = gradient.dw == nil ? 0 : layer.rows * layer.columns * layer.depth
      weightMultiplyAdds += ofWeights
      multiplyAdds += step.flops / 2 - ofWeights
      if ofWeights > 0 { rows = layer.rows }
      if step.flops / 2 > ofWeights {
        depth += layer.columns
        bytesOfWeights += 4 * layer.w.shape.count
      }
    default: break
    }
  }
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
