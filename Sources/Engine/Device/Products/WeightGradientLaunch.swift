/// Weight gradients as launches: one for all of them or, where they are of too many values or some are
/// computed by warps, a few.
struct WeightGradientLaunch {
  let steps: [DevicePlan.Step]
  /// What is still to be added up.
  var sum: Sum?

  struct Sum {
    /// One in each row, laid out like all gradients.
    let parts: Value
    let gradients: Value
    /// For each run of 128 gradients: nothing, set, add.
    let modes: [UInt32]
    /// Whether every gradient is the sum of its parts, and nothing else.
    let setsAll: Bool
  }

  init(_ gradients: [WeightGradient], in graph: inout Graph, for device: LaunchTraits) {
    let jobs = Self.kernels(for: gradients.flatMap(WeightGradientJob.of), on: device)
    let parts = Self.parts(of: jobs, in: graph, on: device)
    let whole = graph.block?.gradients
    let partial = parts > 1 ? whole.map { graph.makeValue(Shape(parts, $0.shape.count)) } : nil
    var steps: [DevicePlan.Step] = []
    for (kernel, jobs) in jobs {
      var rest = jobs[...]
      while !rest.isEmpty {
        var table = WeightGradientTable(kernel, parts: parts)
        while let job = rest.first, table.append(job, in: graph) { rest.removeFirst() }
        steps.append(
          DevicePlan.Step(
            launches: [table.launch(into: partial, in: &graph)], results: table.results,
            products: []))
      }
    }
    self.steps = steps
    if let partial, let whole {
      sum = Sum(
        parts: partial, gradients: whole, modes: Self.modes(gradients, whole, in: graph),
        setsAll: Set(gradients.flatMap(\.results).filter { !$0.accumulates }.map(\.value))
          == graph.block.map { Set($0.gradientOf.values) })
    }
  }

  private typealias Jobs = [(kernel: WeightGradientKernel, jobs: [WeightGradientJob])]

  private static func kernels(for jobs: [WeightGradientJob], on device: LaunchTraits) -> Jobs {
    func isByWarps(_ job: WeightGradientJob) -> Bool {
      device.warpPrecisions.contains(job.precision)
    }
    let others = jobs.filter { !isByWarps($0) }
    let precisions = Set(jobs.filter(isByWarps).map(\.precision))
    let kernel = device.isCPU ? WeightGradientKernel.items : .tiles(tile(for: others, on: device))
    return
      ([(kernel, others)]
      + precisions.sorted { $0.rawValue < $1.rawValue }.map { precision in
        (.warps(precision), jobs.filter { $0.precision == precision })
      }).filter { !$0.1.isEmpty }
  }

  private static func tile(for jobs: [WeightGradientJob], on device: LaunchTraits) -> ProductTile {
    if case .tiles(let tile, _) = device.products.standard { return tile }
    return groups(of: jobs, .large) >= enough ? .large : .standard
  }

  private static func groups(of jobs: [WeightGradientJob], _ tile: ProductTile) -> Int {
    jobs.reduce(0) { $0 + tile.groups($1.columns, $1.width) }
  }

  /// So many work-groups that a large GPU is busy.
  private static let enough = 264

  /// Into how many parts the rows are cut. A part has some steps; where it has many, more
  /// work-groups are worth the additions.
  private static func parts(
    of kernels: Jobs, in graph: Graph, on device: LaunchTraits
  ) -> Int {
    let jobs = kernels.flatMap(\.jobs)
    guard !device.isCPU, let whole = graph.block?.gradients,
      jobs.allSatisfy({ job in
        [job.dw, job.db].allSatisfy { $0.map { graph.home(of: $0.value).parent == whole } ?? true }
      })
    else { return 1 }
    let groups = kernels.reduce(0) { $0 + Self.groups(of: $1.jobs, $1.kernel.tile) }
    let rows = jobs.map(\.rows).max() ?? 1
    func parts(for wanted: Int, of least: Int) -> Int {
      min((wanted + groups - 1) / groups, rows / least)
    }
    let wanted = max(1, parts(for: enough, of: 32), parts(for: 4 * enough, of: 256))
    // No part is to be empty.
    let step = kernels.map(\.kernel.tile.step).max() ?? 1
    let steps = (rows + step - 1) / step
    let length = (steps + wanted - 1) / wanted
    return (steps + length - 1) / length
  }

  private static func modes(
    _ gradients: [WeightGradient], _ whole: Value, in graph: Graph
  ) -> [UInt32] {
    var modes = [UInt32](repeating: 0, count: (whole.shape.count + 127) / 128)
    for result in gradients.flatMap(\.results) {
      let start = graph.home(of: result.value).offset
      for run in start / 128...(start + result.value.shape.count - 1) / 128 {
        modes[run] = result.accumulates ? 2 : 1
      }
    }
    return modes
  }
}

extension WeightGradientLaunch.Sum {
  func launch(in graph: inout Graph) -> Launch {
    .elementwise(
      "weight_gradient_sum",
      [
        .value(parts), .int(parts.shape.rows), .value(graph.constant(modes)), .value(gradients),
        .int(gradients.shape.count),
      ], count: gradients.shape.count)
  }
}
