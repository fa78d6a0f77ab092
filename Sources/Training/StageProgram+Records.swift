import Engine
import Models

extension StageProgram {
  /// The numbers of an epoch that is over.
  func record(
    _ sums: (terms: [Double], loss: Double), epoch: Int, seconds: Double, rows: Int
  ) throws -> EpochRecord {
    let control = try training.program.read(optimizer.control)
    func value(_ entry: OptimizerState.Control) -> Double { Double(control[entry.rawValue]) }
    let l1 = Double(settings.optimizer.l1) * value(.l1)
    let l2 = Double(settings.optimizer.l2) * value(.l2)
    var cleared = control
    cleared[OptimizerState.Control.normSum.rawValue] = 0
    try training.program.write(cleared, to: optimizer.control)
    let validated = try validate()
    func losses(_ sums: (terms: [Double], loss: Double)) -> EpochRecord.Losses {
      EpochRecord.Losses(
        loss: sums.loss, total: sums.loss + l1 + l2,
        terms: Dictionary(uniqueKeysWithValues: zip(model.terms.map(\.name), sums.terms)))
    }
    return EpochRecord(
      epoch: epoch, seconds: seconds, rowsPerSecond: Double(rows) / seconds,
      learningRate: value(.learningRate), training: losses(sums), validation: losses(validated),
      gradientNorm: value(.normSum) / Double(training.steps), skipped: Int(try clock().skipped),
      l1: l1, l2: l2)
  }

  /// The first term of the loss, or layer of the model, in which something is not finite.
  func firstFault() throws -> String {
    let program = training.program
    for (name, mean) in zip(
      training.objective.names, try program.read(training.objective.components))
    where !mean.isFinite {
      return "the term '\(name)' of the loss"
    }
    for parameter in training.graph.parameters {
      guard let gradient = block.gradientOf[parameter.value] else { continue }
      if try program.read(gradient).contains(where: { !$0.isFinite }) {
        return "the gradient of '\(parameter.name)'"
      }
    }
    return "the norm of the gradient"
  }

  /// Gives the layers that an earlier stage has trained.
  func load(frozen arrays: [NamedArray]) throws {
    for side in [training, validation] {
      try side.program.write(known: arrays, of: side.graph)
    }
  }
}
