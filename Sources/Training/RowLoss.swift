package import Datasets
package import Engine
package import Models

/// A model's loss over rows that nothing is learned from.
package enum RowLoss {
  /// The mean of each term, without its weight, and without the noise of training.
  package static func terms(
    of model: any Model, parameters: [NamedArray], rows: PreparedRows, device: any Device
  ) throws -> [LossTerm.Name: Double] {
    let (x, c) = (model.dimensions.targets, model.dimensions.conditions)
    let batch = min(rows.count, 1024)
    let loss = try LossProgram(
      judging: model.withoutNoise, rows: rows.count, batch: batch, on: device)
    try loss.program.write(parameters, of: loss.graph)
    try loss.program.write(TrainingData.joined(rows, x, c), to: loss.table)
    for _ in 0..<loss.steps { try loss.program.run() }
    let sums = try loss.takeSums(rows: rows.count)
    return Dictionary(uniqueKeysWithValues: zip(model.terms.map(\.name), sums.terms))
  }
}
