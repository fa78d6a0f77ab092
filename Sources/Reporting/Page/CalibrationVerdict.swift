import Evaluation
import Text

/// What coverage and ranks say of a posterior, beyond what the number of rows leaves to chance.
struct CalibrationVerdict {
  let sentence: String

  /// A p-value below which a coordinate is wrong, and the deviation of a fraction that has it, in
  /// standard errors.
  private static let (leastProbability, mostErrors) = (0.001, 3.29)
  /// With fewer rows the standard error of a fraction is more than 5 %.
  private static let fewRows = 100

  /// Nil where there is nothing to judge.
  init?(_ calibration: Calibration) {
    let rows = calibration.rows
    guard rows > 0, !calibration.columns.isEmpty else { return nil }
    let coverage = calibration.coverage
    // Coordinates depend on each other: their mean counts as one fraction of the rows.
    let errors = zip(coverage, Calibration.levels).map { held, level in
      (held - level) / (level * (1 - level) / Double(rows)).squareRoot()
    }
    guard let worst = errors.indices.max(by: { abs(errors[$0]) < abs(errors[$1]) }) else {
      return nil
    }
    let wrong = calibration.columns.filter { $0.pValue < Self.leastProbability }
    let verdict: String
    if abs(errors[worst]) > Self.mostErrors {
      verdict = "the posterior is too \(errors[worst] > 0 ? "wide" : "narrow")"
    } else if !wrong.isEmpty {
      verdict = "the posterior is displaced"
    } else if rows < Self.fewRows {
      verdict = "too few to see more than a large deviation from a calibrated posterior"
    } else {
      verdict = "no deviation from a calibrated posterior is found"
    }
    var shown = [worst]
    if let usual = Calibration.levels.firstIndex(of: 0.9), usual != worst { shown.append(usual) }
    let nominal = shown.map { Self.percent(Calibration.levels[$0]) }
    let held = shown.map { Self.percent(coverage[$0]) }
    sentence =
      "Central \(nominal.joined(separator: " and ")) intervals contain "
      + "\(held.joined(separator: " and ")) of the true coordinates of "
      + "\(Numbers.count(grouped: rows, "row")): \(verdict)\(Self.ranks(wrong, calibration))."
  }

  private static func ranks(_ wrong: [Calibration.Column], _ calibration: Calibration) -> String {
    guard let least = wrong.map(\.pValue).min() else { return "" }
    return ", and the ranks of \(wrong.count) of \(calibration.columns.count) coordinates are not "
      + "uniform (least p-value \(Numbers.significant(least, digits: 2)))"
  }

  private static func percent(_ share: Double) -> String {
    Numbers.percent(share).replacing(" ", with: "\u{A0}")
  }
}
