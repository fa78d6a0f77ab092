package import Models

/// The metrics of one epoch: a row of `metrics.csv`.
package struct EpochRecord: Hashable, Sendable {
  /// Counted from 1, over all stages.
  package var epoch: Int
  package var seconds: Double
  package var rowsPerSecond: Double
  package var learningRate: Double
  package var training: Losses
  package var validation: Losses
  /// The mean over the updates made; nan if there was none.
  package var gradientNorm: Double
  /// Steps skipped because of non-finite values, since the start.
  package var skipped: Int
  /// Whether the validation loss is the lowest so far.
  package var isBest = false

  /// Means over the rows of a data set.
  package struct Losses: Hashable, Sendable {
    /// The weighted sum of all terms, without regularization.
    package var loss: Double
    /// With regularization.
    package var total: Double
    /// Each term by itself, without its weight.
    package var terms: [LossTerm.Name: Double]
  }

  /// λ₁ Σ |w| and λ₂ Σ w², the same for training and validation.
  package var l1: Double
  package var l2: Double
}
