import Evaluation
import Typesetting

/// An evaluation as a table, or as JSON.
struct EvaluationReport {
  private let evaluation: Evaluation
  private let split: String
  private let seconds: Double

  init(_ evaluation: Evaluation, split: String, seconds: Double) {
    (self.evaluation, self.split, self.seconds) = (evaluation, split, seconds)
  }

  /// Prints the table, or the JSON that `evaluation.json` has, too.
  func print(to output: Output, json: Bool) throws {
    if json { return try output.print(object.description) }
    var table = TextTable([
      .text(""), .number("one draw"), .number("mean of \(evaluation.samples)"),
      .number("trivial"),
    ])
    for (name, value) in Self.lines {
      table.append(
        [name]
          + [evaluation.single, evaluation.mean, evaluation.trivial].map { metrics in
            value(metrics).map { Numbers.significant($0, digits: 4) } ?? "-"
          })
    }
    try output.print("\(split): \(Numbers.grouped(evaluation.rows)) rows")
    try output.print(table.text(width: output.terminal.tableWidth))
    if evaluation.single.notFinite > 0 {
      output.warn("\(evaluation.single.notFinite) predictions are not finite")
    }
  }

  private static let lines: [(String, @Sendable (PositionMetrics) -> Double?)] = [
    ("MSE, bohr²", { $0.mse }), ("MAE, bohr", { $0.mae }), ("MRE, %", { $0.mrePercent }),
    ("median RE, %", { $0.medianMREPercent }), ("MRE², %", { $0.mre2Percent }),
    ("|KE − PE|/KE", { $0.energyDiff1 }), ("((KE − PE)/KE)²", { $0.energyDiff2 }),
    ("re-simulated momenta, median", { $0.resimulationError }),
    ("C–O, bohr", { $0.bonds.first }), ("C–S, bohr", { $0.bonds.dropFirst().first }),
    ("O–C–S, degrees", { $0.angle }), ("largest error, bohr", { $0.worst }),
  ]

  /// As `evaluation.json` has it.
  var object: JSON {
    .members([
      "split": .string(split), "rows": .integer(evaluation.rows),
      "samples": .integer(evaluation.samples), "single": Self.json(evaluation.single),
      "mean": Self.json(evaluation.mean), "trivial": Self.json(evaluation.trivial),
      "per_coordinate": .object(
        evaluation.mean.columns.map { column in
          JSON.Member(
            key: column.name,
            value: .members([
              "mse": .number(column.mse), "mae": .number(column.mae),
              "mre_percent": .number(column.mrePercent),
            ]))
        }), "seconds": .number(seconds),
    ])
  }

  private static func json(_ metrics: PositionMetrics) -> JSON {
    .members([
      "mse": .number(metrics.mse), "mae": .number(metrics.mae),
      "mre_percent": .number(metrics.mrePercent),
      "mre_median_percent": .number(metrics.medianMREPercent),
      "mre2_percent": .number(metrics.mre2Percent), "energy_diff1": .number(metrics.energyDiff1),
      "energy_diff2": .number(metrics.energyDiff2),
      "resimulation_error": .optional(metrics.resimulationError),
      "bond_co": .optional(metrics.bonds.first),
      "bond_cs": .optional(metrics.bonds.dropFirst().first),
      "angle_ocs": .optional(metrics.angle), "not_finite": .integer(metrics.notFinite),
    ])
  }
}
