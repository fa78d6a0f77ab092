import Evaluation
import Physics
import Text

extension EvaluationTables {
  /// Samples beside the exact geometries of their events.
  package var exact: Sheet? {
    guard let exact = evaluation.exact else { return nil }
    let hasPrior = exact.family != nil
    var table = TextTable(
      [.text(""), .number("model")] + (hasPrior ? [.number("exact posterior")] : []))
    func append(
      _ label: String, _ value: Double?, _ best: Double?, isFraction: Bool = false
    ) {
      func cell(_ value: Double?) -> String {
        guard let value, !value.isNaN else { return "-" }
        return Numbers.significant(isFraction ? 100 * value : value, digits: 4)
      }
      table.append([label, cell(value)] + (hasPrior ? [cell(best)] : []))
    }
    append("distance to the nearest exact geometry, median, bohr", exact.median, 0)
    append("  95th percentile", exact.percentile95, 0)
    append("  samples beyond 0.5 bohr, %", exact.beyond, 0, isFraction: true)
    if let weights = exact.weights, let reference = exact.reference {
      append(
        "geometries of weight above 1 % found, %", weights.recall, reference.recall,
        isFraction: true)
      append(
        "samples at the wrong geometry, %", weights.misplaced, reference.misplaced,
        isFraction: true)
      append("error of a weight", weights.error, reference.error)
      append(
        "calibration error of the weights", weights.calibrationError, reference.calibrationError)
      append("log score of the true geometry, nats", weights.logScore, reference.logScore)
    }
    if hasPrior { append("MSE of the mean, bohr²", exact.meanError, exact.exactMeanError) }
    return Sheet(
      "Exact geometries: \(Numbers.count(grouped: exact.rows.count, "event")), "
        + Numbers.count(exact.posterior.samples, "sample") + " each", table,
      remark: [Self.prior(exact), Self.found(exact)].joined(separator: " "))
  }

  private static func prior(_ exact: ExactComparison) -> String {
    guard let family = exact.family else {
      return "Without --family there are no weights: name the distribution of the geometries."
    }
    let outside =
      exact.outside == 0
      ? "" : "; it has no geometry of \(Numbers.count(grouped: exact.outside, "event"))"
    return
      "Weights follow from --family \(family)\(outside). The exact posterior has as many samples "
      + "as the model."
  }

  /// What there was of geometries.
  private static func found(_ exact: ExactComparison) -> String {
    let counts = EventStatus.allCases.compactMap { status in
      exact.statuses[status].map { "\(Numbers.grouped($0)) \(status.rawValue)" }
    }
    let missing = exact.rows.count - exact.listed
    let left =
      exact.left == 0
      ? ""
      : " \(Numbers.count(grouped: exact.left, "event")) without finite samples or geometries "
        + "left out."
    return "Events: \(counts.joined(separator: ", ")); the true geometry is listed for "
      + (missing == 0 ? "all." : "all but \(Numbers.grouped(missing)).") + left
  }
}
