/// A metric by the name that `evaluation.json` gives it, and by the label of its line in tables.
package struct Metric: Hashable, Sendable {
  package let key, label: String
  /// Nil where there is nothing to compute it from.
  package let value: Double?
  /// Tables print fractions in percent.
  package var isFraction = false

  init(_ key: String, _ label: String, _ value: Double?, isFraction: Bool = false) {
    let value = value.flatMap { $0.isNaN ? nil : $0 }
    (self.key, self.label, self.value, self.isFraction) = (key, label, value, isFraction)
  }
}

extension PositionMetrics {
  /// Every metric, in the order of `evaluation.json` and of the tables.
  package var all: [Metric] {
    [
      Metric("mse", "MSE, bohr²", mse), Metric("mae", "MAE, bohr", mae),
      Metric("mre_percent", "MRE, %", mrePercent),
      Metric("mre_median_percent", "median RE, %", medianMREPercent),
      Metric("mre2_percent", "MRE², %", mre2Percent),
      Metric("energy_diff1", "|KE − PE|/KE", energyDiff1),
      Metric("energy_diff2", "((KE − PE)/KE)²", energyDiff2),
      Metric("resimulation_error", "re-simulation error, median", resimulation.median),
      Metric("resimulation_error_95", "  95th percentile", resimulation.percentile95),
      Metric(
        "resimulation_within_1_percent", "  rows within 1 %, %", resimulation.withinOnePercent,
        isFraction: true),
    ] + shape.map { Metric($0.key, $0.label, $0.error) }
      + (handedness.map {
        [Metric("handedness", "handedness recovered, %", $0, isFraction: true)]
      } ?? []) + [Metric("largest_error", "largest error, bohr", worst)]
  }
}
