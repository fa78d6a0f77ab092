package import Evaluation
import Physics
import Text

/// An evaluation as tables, for a terminal and for a page.
package struct EvaluationTables {
  private let evaluation: Evaluation
  /// What the rows are called: `test`, or `all` of another file.
  private let split: String

  package init(_ evaluation: Evaluation, split: String) {
    (self.evaluation, self.split) = (evaluation, split)
  }

  /// What a prediction is called of which there could be others.
  private var drawn: String { evaluation.samples > 1 ? "drawn" : "predicted" }

  /// All of them, the main one first.
  package var sheets: [Sheet] {
    [main, coordinates, spread, latents, examples].compactMap(\.self)
  }

  /// Every metric of one draw, the mean of draws, and the trivial prediction.
  package var main: Sheet {
    var columns = [("prediction", evaluation.mean)]
    if let trivial = evaluation.trivial { columns.append(("trivial", trivial)) }
    if evaluation.samples > 1 {
      columns[0].0 = "mean of \(evaluation.samples)"
      columns.insert(("one draw", evaluation.single), at: 0)
    }
    var table = TextTable([.text("")] + columns.map { .number($0.0) })
    for (name, value) in Self.lines {
      table.append(
        [name]
          + columns.map { value($0.1).map { Numbers.significant($0, digits: 4) } ?? "-" })
    }
    return Sheet(
      "\(split): \(Numbers.count(grouped: evaluation.rows, "row"))", table,
      remark: evaluation.trivial == nil
        ? "The run was made by a version that did not keep the mean position of the training rows, "
          + "the trivial prediction."
        : "The trivial prediction is the mean position of the training rows, for every row.")
  }

  private static let lines: [(String, @Sendable (PositionMetrics) -> Double?)] = [
    ("MSE, bohr²", { $0.mse }), ("MAE, bohr", { $0.mae }), ("MRE, %", { $0.mrePercent }),
    ("median RE, %", { $0.medianMREPercent }), ("MRE², %", { $0.mre2Percent }),
    ("|KE − PE|/KE", { $0.energyDiff1 }), ("((KE − PE)/KE)²", { $0.energyDiff2 }),
    ("re-simulated momenta: median error", { $0.resimulation.median }),
    ("  95th percentile", { $0.resimulation.percentile95 }),
    ("  rows within 1 %, %", { $0.resimulation.withinOnePercent.map { 100 * $0 } }),
    ("C–O, bohr", { $0.bonds.first }), ("C–S, bohr", { $0.bonds.dropFirst().first }),
    ("O–C–S, degrees", { $0.angle }), ("largest error, bohr", { $0.worst }),
  ]

  /// Each coordinate, and each atom.
  var coordinates: Sheet {
    var table = TextTable([
      .text(drawn == "drawn" ? "mean of \(evaluation.samples)" : ""), .number("MSE, bohr²"),
      .number("MAE, bohr"),
      .number("MRE, %"),
    ])
    let columns = evaluation.mean.columns
    let molecule = evaluation.judged.molecule
    func append(_ name: String, _ part: ArraySlice<PositionMetrics.Column>) {
      let count = Double(part.count)
      table.append(
        [name]
          + [\PositionMetrics.Column.mse, \.mae, \.mrePercent].map { key in
            Numbers.significant(part.reduce(0) { $0 + $1[keyPath: key] } / count, digits: 4)
          })
    }
    for index in columns.indices { append(columns[index].name, columns[index...index]) }
    for (atom, name) in molecule.names.enumerated() {
      append("\(name.uppercased()), all three", columns[3 * atom..<3 * atom + 3])
    }
    return Sheet("Each coordinate", table)
  }

  /// What the spread of draws is worth.
  var spread: Sheet? {
    guard let calibration = evaluation.calibration else { return nil }
    var table = TextTable(
      [.text("")] + Calibration.levels.map { .number(Numbers.percent($0)) }
        + [.number("KS p"), .number("CRPS, bohr")])
    for column in calibration.columns {
      table.append(
        [column.name] + column.coverage.map { Numbers.fixed(100 * $0, digits: 1) }
          + [
            Numbers.significant(column.pValue, digits: 2),
            Numbers.significant(column.crps, digits: 3),
          ])
    }
    let all = calibration.coverage.map { Numbers.fixed(100 * $0, digits: 1) }
    let crps = calibration.columns.map(\.crps).reduce(0, +) / Double(calibration.columns.count)
    table.append(["all"] + all + ["", Numbers.significant(crps, digits: 3)])
    return Sheet(
      "Calibration: truth within the central interval, % of "
        + "\(Numbers.grouped(calibration.rows)) rows, \(calibration.samples) draws each",
      table,
      remark: "Energy score \(Numbers.significant(calibration.energyScore, digits: 4)) bohr. "
        + "Ranks of an honest posterior are uniform: KS p is then a number between 0 and 1 by "
        + "chance.")
  }

  /// z of data beside N(0, 1), and the likelihood of a density.
  var latents: Sheet? {
    var table = TextTable([.text(""), .number("")])
    func append(_ name: String, _ value: String) { table.append([name, value]) }
    func number(_ x: Double) -> String { Numbers.significant(x, digits: 4) }
    func range(_ values: [Double]) -> String {
      "\(number(values.min() ?? .nan)) … \(number(values.max() ?? .nan))"
    }
    if let density = evaluation.density {
      append("negative log-likelihood, nats a row", number(density.negativeLogLikelihood))
      append("  coordinates it is of, in bohr", "\(density.coordinates)")
      if let error = density.roundTripError {
        append("positions → latents → positions, largest error, bohr", number(error))
      }
    }
    if let latent = evaluation.latent {
      append("latents", "\(latent.width)")
      if let active = latent.activeUnits { append("  that data make use of", "\(active)") }
      append("  mean, least and most", range(latent.mean))
      append("  standard deviation, least and most", range(latent.deviation))
      if let divergence = latent.divergence {
        append("  KL to N(0, 1), nats: sum", number(divergence.reduce(0, +)))
        append("  KL of one latent, least and most", range(divergence))
      }
    }
    let title = evaluation.latent == nil ? "Density" : "Latents"
    return table.rows.isEmpty ? nil : Sheet(title, table)
  }

  /// Rows by chance: what is true beside one draw of it.
  var examples: Sheet? {
    let judged = evaluation.judged
    let width = judged.molecule.width
    guard !evaluation.examples.isEmpty else { return nil }
    var table = TextTable(
      [.text("")]
        + evaluation.examples.flatMap { row in
          [.number("row \(judged.rows[row] + 1)"), .number(drawn), .number("RE, %")]
        })
    for (c, name) in judged.molecule.positionColumns.enumerated() {
      table.append(
        [name]
          + evaluation.examples.flatMap { row in
            let (real, drawn) = (
              Double(judged.truth[row * width + c]), Double(judged.single[row * width + c])
            )
            return [
              Numbers.fixed(real, digits: 4), Numbers.fixed(drawn, digits: 4),
              Numbers.significant(PositionMetrics.relativeError(drawn, real) * 100, digits: 3),
            ]
          })
    }
    let rows = Numbers.count(evaluation.examples.count, "row")
    return Sheet("\(rows) by chance: true positions, bohr, and \(drawn) ones", table)
  }
}
