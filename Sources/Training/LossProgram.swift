import Engine
import Models

/// A model's loss over a table, batch by batch, with or without updates.
///
/// The table, the order of the batches, the noise and the sums of an epoch are on the device.
final class LossProgram {
  let program: any Program
  let graph: Graph
  let table: Value
  let clock: Value
  let objective: Objective
  let optimizer: OptimizerState?
  let parameters: ParameterBlock?
  let rows: Int
  let batch: Int

  var steps: Int { (rows + batch - 1) / batch }

  /// A program that trains.
  init(
    training model: any TrainingStage, rows: Int, settings: TrainingSettings, on device: any Device
  ) throws {
    let (traced, graph, block, state) = Self.step(of: model, rows: rows, settings: settings)
    optimizer = state
    program = try device.compile(graph)
    (self.graph, table, parameters) = (graph, traced.table, block)
    (clock, objective) = (traced.trace.clock, traced.objective)
    (self.rows, batch) = (rows, settings.batch)
    try writeContents(traced.trace)
  }

  /// A program that only evaluates, with the parameters of `other`.
  init(
    validating model: any TrainingStage, rows: Int, batch: Int, sharing other: LossProgram,
    on device: any Device
  ) throws {
    let traced = Self.looking(at: model, rows: rows, batch: batch)
    program = try device.compile(traced.trace.graph, sharing: other.program)
    (graph, table, optimizer, parameters) = (traced.trace.graph, traced.table, nil, nil)
    (clock, objective) = (traced.trace.clock, traced.objective)
    (self.rows, self.batch) = (rows, batch)
    try writeContents(traced.trace)
  }

  /// A program that only evaluates, with its own parameters.
  init(evaluating model: any TrainingStage, rows: Int, batch: Int, on device: any Device) throws {
    let traced = Self.looking(at: model, rows: rows, batch: batch)
    program = try device.compile(traced.trace.graph)
    (graph, table, optimizer, parameters) = (traced.trace.graph, traced.table, nil, nil)
    (clock, objective) = (traced.trace.clock, traced.objective)
    (self.rows, self.batch) = (rows, batch)
    try program.write(model.terms.map(\.weight), to: objective.weights)
    try writeContents(traced.trace)
  }

  /// The graph of a training step, before compilation.
  private static func step(
    of model: any TrainingStage, rows: Int, settings: TrainingSettings
  ) -> (traced: Traced, graph: Graph, block: ParameterBlock, state: OptimizerState) {
    let traced = trace(
      model, rows: rows, batch: settings.batch, name: "training", precision: settings.precision)
    var graph = traced.trace.graph
    let block = graph.differentiate(traced.objective)
    let state = graph.update(
      block, objective: traced.objective, settings: settings.optimizer,
      learningRateCount: (rows + settings.batch - 1) / settings.batch)
    graph.joinsSteps = true
    return (traced, graph, block, state)
  }

  /// The graph of an evaluation step.
  private static func looking(at model: any TrainingStage, rows: Int, batch: Int) -> Traced {
    var traced = trace(model, rows: rows, batch: batch, name: "validation")
    traced.trace.graph.tick(traced.trace.clock)
    traced.trace.graph.joinsSteps = true
    return traced
  }

  /// The bytes of all values of a training step, and of a validation step of so many rows.
  ///
  /// - Parameter traits: of the device that joins steps; nil for one that does not.
  static func bytes(
    training model: any TrainingStage, rows: Int, settings: TrainingSettings, traits: LaunchTraits?
  ) -> Int {
    let graph = step(of: model, rows: rows, settings: settings).graph
    return bytes(of: traits.map { graph.lowered(for: $0).graph } ?? graph)
  }

  static func bytes(
    validating model: any TrainingStage, rows: Int, batch: Int, traits: LaunchTraits?
  ) -> Int {
    let graph = looking(at: model, rows: rows, batch: batch).trace.graph
    return bytes(of: traits.map { graph.lowered(for: $0).graph } ?? graph)
  }

  static func narrowedLayers(training model: any TrainingStage, settings: TrainingSettings) -> Int {
    trace(model, rows: 1, batch: 1, name: "training", precision: settings.precision)
      .trace.graph.narrowedLayers
  }

  static func products(
    training model: any TrainingStage, rows: Int, settings: TrainingSettings, traits: LaunchTraits
  ) -> [ProductShape: Int] {
    step(of: model, rows: rows, settings: settings).graph.products(on: traits)
  }

  private static func bytes(of graph: Graph) -> Int {
    4 * graph.values.filter { graph.views[$0] == nil }.reduce(0) { $0 + $1.shape.count }
  }

  private typealias Traced = (trace: ModelTrace, table: Value, objective: Objective)

  private static func trace(
    _ model: any TrainingStage, rows: Int, batch: Int, name: String,
    precision: ProductPrecision = .fp32
  ) -> Traced {
    var trace = ModelTrace(clock: "\(name).clock")
    trace.graph.productPrecision = precision
    let (x, c) = (model.dimensions.targets, model.dimensions.conditions)
    let objective = trace.graph.objective(
      model.terms.map(\.name.rawValue), rows: batch, clock: trace.clock, prefix: "\(name).")
    let table = trace.graph.resident("\(name).table", Shape(rows, x + c))
    let parts = trace.graph.gather(
      table, columns: [0..<x, x..<x + c], rows: batch, clock: trace.clock,
      shuffles: name == "training")
    model.traceLoss(Batch(targets: parts[0], condition: parts[1]), in: &trace, objective)
    trace.graph.sum(objective)
    return (trace, table, objective)
  }

  private func writeContents(_ trace: ModelTrace) throws {
    for content in trace.contents { try program.write(content.elements, to: content.value) }
    try program.writeWords(Clock(rowCount: rows, batchRows: batch).words, to: clock)
  }

  /// Means per row over the steps since the last call: each term, and the weighted sum.
  func takeSums(rows count: Int) throws -> (terms: [Double], loss: Double) {
    let sums = try program.read(objective.epochSums).map(Double.init)
    try program.write([Float](repeating: 0, count: sums.count), to: objective.epochSums)
    let columns = objective.names.count + 1
    // The second row is the rounding error of the first.
    let means = (0..<columns).map { (sums[$0] - sums[columns + $0]) / Double(count) }
    return (Array(means.dropLast()), means[columns - 1])
  }
}
