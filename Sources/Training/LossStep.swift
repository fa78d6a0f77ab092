package import Engine
import Models

/// A model's loss over a table as the graph of one step, of training or of evaluation.
///
/// The table, the order of the batches, the noise and the sums of an epoch are on the device.
package struct LossStep {
  package let graph: Graph
  let table: Value
  let clock: Value
  let objective: Objective
  /// Values that are written once.
  let contents: [ModelTrace.Content]
  /// What a training step has besides.
  let update: (block: ParameterBlock, optimizer: OptimizerState)?
  package let rows: Int
  /// Rows of one step.
  package let batch: Int

  /// Steps of an epoch.
  package var steps: Int { (rows + batch - 1) / batch }

  /// A training step.
  init(training model: any TrainingStage, rows: Int, batch: Int, _ settings: TrainingSettings) {
    var traced = Traced(
      model, rows: rows, batch: batch, name: "training", precision: settings.precision)
    let block = traced.trace.graph.differentiate(traced.objective)
    let optimizer = traced.trace.graph.update(
      block, objective: traced.objective, settings: settings.optimizer,
      learningRateCount: (rows + batch - 1) / batch)
    self.init(traced, update: (block, optimizer), rows: rows, batch: batch)
  }

  /// An evaluation step.
  init(validating model: any TrainingStage, rows: Int, batch: Int) {
    var traced = Traced(model, rows: rows, batch: batch, name: "validation", precision: .fp32)
    traced.trace.graph.tick(traced.trace.clock)
    self.init(traced, update: nil, rows: rows, batch: batch)
  }

  private init(
    _ traced: Traced, update: (block: ParameterBlock, optimizer: OptimizerState)?, rows: Int,
    batch: Int
  ) {
    var graph = traced.trace.graph
    graph.joinsSteps = true
    (self.graph, table, self.update) = (graph, traced.table, update)
    (clock, objective) = (traced.trace.clock, traced.objective)
    contents = traced.trace.contents
    (self.rows, self.batch) = (rows, batch)
  }

  /// Memory of all values, bytes.
  ///
  /// - Parameter traits: of the device that joins steps; nil for one that does not.
  func bytes(on traits: LaunchTraits?) -> Int {
    let graph =
      graph.fitsKernels
      ? traits.map { self.graph.lowered(for: $0).graph } ?? self.graph : self.graph
    return 4 * graph.values.filter { graph.views[$0] == nil }.reduce(0) { $0 + $1.shape.count }
  }

  private struct Traced {
    var trace: ModelTrace
    let table: Value
    let objective: Objective

    init(
      _ model: any TrainingStage, rows: Int, batch: Int, name: String, precision: ProductPrecision
    ) {
      trace = ModelTrace(clock: "\(name).clock")
      trace.graph.productPrecision = precision
      objective = trace.graph.objective(
        model.terms.map(\.name.rawValue), rows: batch, clock: trace.clock, prefix: "\(name).")
      let rows = trace.batch(
        of: "\(name).table", rows: rows, model.dimensions, size: batch,
        shuffles: name == "training")
      table = rows.table
      model.traceLoss(rows.batch, in: &trace, objective)
      trace.graph.sum(objective)
    }
  }
}

extension ModelTrace {
  /// A table of targets and conditions, and the rows of it that a step takes.
  mutating func batch(
    of name: String, rows: Int, _ dimensions: Dimensions, size: Int, shuffles: Bool
  ) -> (table: Value, batch: Batch) {
    let (x, c) = (dimensions.targets, dimensions.conditions)
    let table = graph.resident(name, Shape(rows, x + c))
    let parts = graph.gather(
      table, columns: [0..<x, x..<x + c], rows: size, clock: clock, shuffles: shuffles)
    return (table, Batch(targets: parts[0], condition: parts[1]))
  }
}
