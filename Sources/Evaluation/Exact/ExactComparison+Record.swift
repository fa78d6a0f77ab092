import Physics
import Text

extension ExactComparison {
  /// As `evaluation.json` has it.
  var json: JSON {
    .members([
      "events": .integer(rows.count), "samples": .integer(posterior.samples),
      "family": family.map(JSON.string) ?? .null,
      "certified": .integer(statuses[.certified] ?? 0),
      "near_fold": .integer(statuses[.nearFold] ?? 0),
      "incomplete": .integer(statuses[.incomplete] ?? 0),
      "impossible": .integer(statuses[.impossible] ?? 0),
      "true_geometry_listed": .integer(listed), "outside_family": .integer(outside),
      "family_deviation": .optional(fit?.deviation),
      "left_out": .integer(left), "momentum_error": .number(momentumError),
      "distance_median": .number(median), "distance_p95": .number(percentile95),
      "beyond_half_bohr": .number(beyond), "recall": .optional(weights?.recall),
      "weight_error": .optional(weights?.error),
      "weight_calibration_error": .optional(weights?.calibrationError),
      "misplaced": .optional(weights?.misplaced), "log_score": .optional(weights?.logScore),
      "mean_mse": .optional(meanError), "exact_mean_mse": .optional(exactMeanError),
      "exact_posterior": reference.map(Self.json) ?? .null,
    ])
  }

  private static func json(_ scores: WeightScores) -> JSON {
    .members([
      "recall": .number(scores.recall), "weight_error": .number(scores.error),
      "weight_calibration_error": .number(scores.calibrationError),
      "misplaced": .number(scores.misplaced), "log_score": .number(scores.logScore),
    ])
  }
}
