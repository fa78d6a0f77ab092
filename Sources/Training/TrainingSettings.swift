package import Engine

/// Settings of the training loop.
package struct TrainingSettings: Hashable, Sendable {
  package var seed: UInt64 = 1
  package var epochs = 200
  package var batch = 512
  /// What the products of wide layers multiply in training steps; losses of validation rows, and
  /// everything after training, are computed with parameters and products in fp32.
  package var precision = ProductPrecision.fp32
  /// Epochs without an improvement after which training stops; nil goes on to the last.
  package var patience: Int?
  /// How much lower the validation loss must be to count as improved.
  package var minimumDelta: Double = 0
  /// Minutes of training, over all starts of a run, after which it ends; nil for no limit.
  package var maxMinutes: Double?
  /// How many of the best epochs keep a checkpoint of their own.
  package var keptEpochs = 0
  package var optimizer = OptimizerSettings()
  package var learningRate = LearningRate()

  package init() {}
}

/// The learning rate of each step.
package struct LearningRate: Hashable, Sendable {
  package enum Schedule: String, CaseIterable, Sendable {
    /// The same from the warm-up to the end.
    case constant
    /// Half a cosine from the rate to the minimum.
    case cosine
    /// Times `plateauFactor` after `plateauPatience` epochs without an improvement.
    case plateau
  }

  package var rate: Double = 1e-3
  package var schedule = Schedule.constant
  /// Epochs over which the rate grows from 0, step by step.
  package var warmup = 0
  package var minimum: Double = 0
  package var plateauPatience = 10
  package var plateauFactor: Double = 0.5

  package init() {}

  /// The rates of all steps of an epoch.
  ///
  /// - Parameter factor: factor from plateaus and setbacks.
  package func rates(epoch: Int, of epochs: Int, steps: Int, factor: Double) -> [Float] {
    (0..<steps).map { step in
      let position = Double(epoch) + Double(step) / Double(steps)
      if position < Double(warmup) {
        return Float(factor * rate * (position + 1 / Double(steps)) / Double(warmup))
      }
      guard schedule == .cosine else { return Float(max(minimum, factor * rate)) }
      let way = (position - Double(warmup)) / Double(max(1, epochs - warmup))
      return Float(minimum + factor * (rate - minimum) * (1 + Self.cosine(ofHalfTurns: way)) / 2)
    }
  }

  /// cos πx, the same on every machine: a schedule is part of what a resumed run continues.
  private static func cosine(ofHalfTurns x: Double) -> Double {
    // cos πx = −sin π(x − ½); the series of the sine on a quarter turn, to the last digits.
    let y = Double.pi * (min(max(x, 0), 1) - 0.5)
    var term = y
    var sum = y
    for n in stride(from: 3.0, through: 25, by: 2) {
      term *= -y * y / (n * (n - 1))
      sum += term
    }
    return -sum
  }
}
