/// How many samples an evaluation uses.
package struct EvaluationSettings: Hashable, Sendable {
  /// Samples for every row.
  package var samples = 16
  /// Rows used for calibration; 0 for none.
  package var posteriorRows = 2000
  /// Samples for each of those.
  package var posteriorSamples = 256
  /// Rows that are shown one by one.
  package var examples = 3
  /// What errors are relative to.
  package var origin = Origin.center
  /// Random seed of the samples.
  package var seed: UInt64 = 1

  package init() {}
}
