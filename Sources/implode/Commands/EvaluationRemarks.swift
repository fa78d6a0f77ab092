import Datasets
import Evaluation
import Text
import Training

extension EvaluateOptions {
  /// What an evaluation has to say besides its numbers.
  enum Remark {
    case warning(String)
    case note(String)

    var text: String {
      switch self {
      case .warning(let text), .note(let text): text
      }
    }
  }
}

extension EvaluateOptions.Outcome {
  /// - Parameter file: the file that was named, if one was.
  func remarks(file: String?) -> [EvaluateOptions.Remark] {
    provenance(file) + warnings.map { .warning($0) }
  }

  /// An error where no prediction is finite: the evaluation has no numbers.
  func check() throws(Failure) {
    guard evaluation.rows > 0, evaluation.mean.rows == 0 else { return }
    throw Failure(
      "\(file): no prediction of \(Numbers.count(grouped: evaluation.rows, "row")) is finite",
      hint: DataUnits.question(fittingUnits), code: .data)
  }

  /// Unusual rows.
  private var warnings: [String] {
    let rows = Numbers.count(grouped: evaluation.rows, "prediction")
    var lines: [String] = []
    if evaluation.single.notFinite > 0 {
      lines.append(
        "\(Numbers.grouped(evaluation.single.notFinite)) of \(rows) are not finite and are "
          + "excluded from the metrics")
    }
    let odd = MoleculeSize.odd(evaluation.evaluated.single, evaluation.evaluated.molecule)
      .count
    if odd > 0 {
      lines.append(
        "\(Numbers.grouped(odd)) of \(rows) are smaller than 0.01 bohr or larger than 1,000: "
          + DataUnits.question(fittingUnits))
    }
    return lines + evaluation.flagged.warnings(file, model, units: fittingUnits) + concerns
      + [familyWarning].compactMap(\.self)
  }

  /// That the family named is not the one that the geometries are from.
  private var familyWarning: String? {
    guard let exact = evaluation.exact, let family = exact.family, let fit = exact.fit,
      fit.isRefuted
    else { return nil }
    // Without a choice anywhere there is no deviation.
    let deviation =
      fit.deviation.isFinite
      ? " (\(Numbers.grouped(Int(abs(fit.deviation).rounded()))) standard errors)" : ""
    let impossible =
      fit.impossible == 0
      ? "" : ", and have a weight of 0 in \(Numbers.grouped(fit.impossible)) of them"
    return "\(file): the true geometries of \(Numbers.count(grouped: fit.events, "event")) are not "
      + "as probable as they are by --family \(family)\(deviation)\(impossible): the lines about "
      + "weights mean little; name the family that the data are from"
  }

  /// What the evaluated rows have to do with the training, where that is not plain.
  private func provenance(_ file: String?) -> [EvaluateOptions.Remark] {
    guard let file else { return [] }
    let rows = Numbers.grouped(evaluation.rows)
    var remarks: [EvaluateOptions.Remark] = []
    if evaluation.isTrainingData {
      remarks.append(
        .warning(
          "\(file): these are the training data: evaluated on the \(rows) rows of the "
            + "\(split) split only"))
    }
    guard let used = evaluation.usedInTraining else {
      return remarks + [
        .note(
          "\(model.data.file): the training data are not there, or have changed: whether rows "
            + "of \(file) were used in training is not checked")
      ]
    }
    if used > 0, split == "test" || split == "all" {
      remarks.append(
        .warning(
          "\(file): \(Numbers.grouped(used)) of \(rows) rows were used in training or validation: "
            + "errors on them do not show how the model does on new rows"))
    }
    return remarks
  }
}
