package import Evaluation
import Physics
import Text

/// An evaluation as tables, for a terminal and for a page.
package struct EvaluationTables {
  let evaluation: Evaluation
  /// What the rows are called: `test`, or `all` of another file.
  private let split: String

  package init(_ evaluation: Evaluation, split: String) {
    (self.evaluation, self.split) = (evaluation, split)
  }

  /// What one prediction of a row is called.
  private var single: String { evaluation.samples > 1 ? "sample" : "predicted" }

  /// All of them, the main one first.
  package var sheets: [Sheet] {
    [main, exact, coordinates, spread, latents, examples].compactMap(\.self)
  }

  /// Every metric of one sample, the mean of the samples, and the baseline.
  package var main: Sheet {
    var columns = [("prediction", evaluation.mean)]
    if let baseline = evaluation.baseline { columns.append(("baseline", baseline)) }
    if evaluation.samples > 1 {
      columns[0].0 = "mean of \(evaluation.samples)"
      columns.insert(("one sample", evaluation.single), at: 0)
    }
    var table = TextTable([.text("")] + columns.map { .number($0.0) })
    for metric in evaluation.mean.all {
      table.append(
        [metric.label]
          + columns.map { column in
            let same = column.1.all.first { $0.key == metric.key }
            guard let same, let value = same.value else { return "-" }
            return Numbers.significant(same.isFraction ? 100 * value : value, digits: 4)
          })
    }
    return Sheet(
      "\(split): \(Numbers.count(grouped: evaluation.rows, "row"))", table,
      remark: [used, withoutEnergy, baseline, translation].compactMap(\.self).joined(separator: " ")
    )
  }

  /// Nil where no row is known to have been used.
  private var used: String? {
    guard let used = evaluation.usedInTraining, used > 0 else { return nil }
    let count =
      used == evaluation.rows
      ? "All of these rows"
      : "\(Numbers.grouped(used)) of these \(Numbers.count(grouped: evaluation.rows, "row"))"
    return "\(count) were used in training or validation: errors on them do not show how the model "
      + "does on new rows."
  }

  /// Nil where all rows have momenta.
  private var withoutEnergy: String? {
    let count = evaluation.mean.withoutEnergy
    guard count > 0 else { return nil }
    return "\(Numbers.count(grouped: count, "row")) without momenta "
      + "\(count == 1 ? "is" : "are") not in the energies and in the re-simulation."
  }

  private var baseline: String {
    evaluation.baseline == nil
      ? "No baseline: the run does not contain the mean position of the training rows."
      : "The baseline is the mean position of the training rows, for every row."
  }

  /// Nil where the center of mass is at 0.
  private var translation: String? {
    guard let translation = evaluation.translation, !translation.isZero else { return nil }
    let offset = Numbers.significant(translation.offset, digits: 3)
    let mse = Numbers.significant(translation.mse, digits: 3)
    return translation.isRemoved
      ? "Positions and errors are relative to the center of mass, which is \(offset) bohr (rms) "
        + "from the origin of the file. Momenta do not determine this translation; with --origin "
        + "file it adds \(mse) bohr² to the MSE of a model whose center of mass is at 0."
      : "Errors include the translation of the center of mass, \(offset) bohr (rms), which momenta "
        + "do not determine: it adds \(mse) bohr² to the MSE of a model whose center of mass is at 0."
  }

  /// A number that there may be none of, because no prediction is finite.
  private static func cell(_ value: Double, digits: Int) -> String {
    value.isNaN ? "-" : Numbers.significant(value, digits: digits)
  }

  /// The same in percent, with one digit behind the point.
  private static func percent(_ share: Double) -> String {
    share.isNaN ? "-" : Numbers.fixed(100 * share, digits: 1)
  }

  /// Each coordinate, and each atom.
  var coordinates: Sheet {
    var table = TextTable([
      .text(evaluation.samples > 1 ? "mean of \(evaluation.samples)" : ""), .number("MSE, bohr²"),
      .number("MAE, bohr"),
      .number("MRE, %"),
    ])
    let columns = evaluation.mean.columns
    let molecule = evaluation.evaluated.molecule
    func append(_ name: String, _ part: ArraySlice<PositionMetrics.Column>) {
      let count = Double(part.count)
      table.append(
        [name]
          + [\PositionMetrics.Column.mse, \.mae, \.mrePercent].map { key in
            Self.cell(part.reduce(0) { $0 + $1[keyPath: key] } / count, digits: 4)
          })
    }
    for index in columns.indices { append(columns[index].name, columns[index...index]) }
    for (atom, name) in molecule.labels.enumerated() {
      append("\(name), all three", columns[3 * atom..<3 * atom + 3])
    }
    return Sheet("Each coordinate", table)
  }

  /// Coverage, ranks and scores of the samples.
  var spread: Sheet? {
    guard let calibration = evaluation.calibration else { return nil }
    var table = TextTable(
      [.text("")] + Calibration.levels.map { .number(Numbers.percent($0)) }
        + [.number("KS p"), .number("CRPS, bohr")])
    for column in calibration.columns {
      table.append(
        [column.name] + column.coverage.map { Self.percent($0) }
          + [
            Self.cell(column.pValue, digits: 2),
            Self.cell(column.crps, digits: 3),
          ])
    }
    let all = calibration.coverage.map { Self.percent($0) }
    let crps = calibration.columns.map(\.crps).reduce(0, +) / Double(calibration.columns.count)
    table.append(["all"] + all + ["", Self.cell(crps, digits: 3)])
    return Sheet(
      "Calibration: true values within central intervals, % of "
        + "\(Numbers.grouped(calibration.rows)) rows, \(calibration.samples) samples each",
      table,
      remark: "Energy score \(Self.cell(calibration.energyScore, digits: 4)) bohr. "
        + "KS p: p-value of the Kolmogorov–Smirnov test that the ranks are uniform, as they are for "
        + "a correct posterior.")
  }

  /// Statistics of z, and the likelihood.
  var latents: Sheet? {
    var table = TextTable([.text(""), .number("")])
    func append(_ name: String, _ value: String) { table.append([name, value]) }
    func number(_ x: Double) -> String { Numbers.significant(x, digits: 4) }
    func range(_ values: [Double]) -> String {
      "\(number(values.min() ?? .nan)) … \(number(values.max() ?? .nan))"
    }
    if let density = evaluation.density {
      append("negative log-likelihood, nats per row", number(density.negativeLogLikelihood))
      append("  number of coordinates (bohr)", "\(density.coordinates)")
      if let error = density.roundTripError {
        append("round trip positions → z → positions, largest error, bohr", number(error))
      }
    }
    if let latent = evaluation.latent {
      append("latent dimension", "\(latent.width)")
      if let active = latent.activeUnits { append("  active units", "\(active)") }
      append("  mean, smallest … largest", range(latent.mean))
      append("  standard deviation, smallest … largest", range(latent.standardDeviation))
      if let divergence = latent.divergence {
        append("  KL divergence from N(0, 1), nats: sum", number(divergence.reduce(0, +)))
        append("  KL divergence of one variable, smallest … largest", range(divergence))
      }
    }
    let title = evaluation.latent == nil ? "Density" : "Latent variables"
    return table.rows.isEmpty ? nil : Sheet(title, table)
  }

  /// Random example rows: true positions and one sample.
  var examples: Sheet? {
    let evaluated = evaluation.evaluated
    let width = evaluated.molecule.width
    guard !evaluation.examples.isEmpty else { return nil }
    var table = TextTable(
      [.text("")]
        + evaluation.examples.flatMap { row in
          [.number("row \(evaluated.rows[row] + 1)"), .number(single), .number("RE, %")]
        })
    for (c, name) in evaluated.molecule.positionColumns.enumerated() {
      table.append(
        [name]
          + evaluation.examples.flatMap { row in
            let (real, predicted) = (
              Double(evaluated.truth[row * width + c]), Double(evaluated.single[row * width + c])
            )
            return [
              Numbers.fixed(real, digits: 4), Numbers.fixed(predicted, digits: 4),
              Numbers.significant(PositionMetrics.relativeError(predicted, real) * 100, digits: 3),
            ]
          })
    }
    let rows = Numbers.count(evaluation.examples.count, "random example row")
    return Sheet("\(rows): true and predicted positions, bohr", table)
  }
}
