package import Datasets
package import Engine
package import Models

/// The likelihood of rows that nothing is learned from.
package enum RowLikelihood {
  /// The mean of −log p(targets | conditions), without the noise of training; nil for a model that
  /// has no density.
  package static func negativeLogarithm(
    of model: any Model, parameters: [NamedArray], rows: PreparedRows, device: any Device
  ) throws -> Double? {
    guard let density = model.density else { return nil }
    let stage = LikelihoodStage(model: model, density: density)
    let step = LossStep(validating: stage, rows: rows.count, batch: min(rows.count, 1024))
    let loss = try LossProgram(step, on: device)
    try loss.program.write(stage.terms.map(\.weight), to: step.objective.weights)
    try loss.program.write(parameters, of: loss.graph)
    try loss.program.write(rows.values, to: loss.table)
    for _ in 0..<loss.steps { try loss.program.run() }
    return try loss.takeSums().covering(rows: rows.count).loss
  }
}

/// A density as a loss of its own.
private struct LikelihoodStage: TrainingStage {
  let model: any Model
  let density: any ConditionalDensity

  var dimensions: Dimensions { model.dimensions }
  var terms: [LossTerm] { [LossTerm(.nll, weight: 1)] }

  func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    density.traceLikelihood(
      of: batch.targets, shared: model.traceShared(batch.condition, in: &trace), in: &trace,
      as: objective.term(LossTerm.Name.nll.rawValue))
  }
}
