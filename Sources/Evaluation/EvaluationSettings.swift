/// How much is drawn to judge a system by.
package struct EvaluationSettings: Hashable, Sendable {
  /// Draws of every row.
  package var samples = 16
  /// Rows that are drawn often, to judge the spread by; 0 for none.
  package var posteriorRows = 2000
  /// Draws of each of those.
  package var posteriorSamples = 256
  /// Rows that are shown one by one.
  package var examples = 3
  /// What all draws follow from.
  package var seed: UInt64 = 1

  package init() {}
}
