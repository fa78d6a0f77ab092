import Physics
import Evaluation
import Text

/// The main results in a few sentences.
struct Lead {
  private let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  var sentences: [String] {
    [recovery, shape, momenta, exact, calibration].compactMap(\.self)
  }

  private var evaluated: EvaluatedRows { content.evaluated }

  private var recovery: String? {
    let width = evaluated.molecule.width
    let all = Agreement(
      predicted: evaluated.mean.map(Double.init), truth: evaluated.truth.map(Double.init))
    guard all.pairs > 0 else { return "No prediction is finite." }
    let single = Agreement(
      predicted: evaluated.single.map(Double.init), truth: evaluated.truth.map(Double.init))
    let lost = Rows.notFinite(evaluated.mean, width: width)
    let rest = lost == 0 ? "" : "; \(Numbers.grouped(lost)) predictions are not finite"
    return
      "Over \(Numbers.grouped(evaluated.count)) rows, the root-mean-square error of a coordinate is "
      + "\(Labels.short(all.error)) bohr for the mean of all samples and "
      + "\(Labels.short(single.error)) bohr for one sample\(rest)."
  }

  private var shape: String? {
    let molecule = evaluated.molecule
    let (mean, truth) = (molecule.shapes(evaluated.mean), molecule.shapes(evaluated.truth))
    let errors = zip(mean, truth).map { mean, truth in zip(mean, truth).map { abs($0 - $1) } }
    let coordinates = molecule.shapeCoordinates
    guard !coordinates.isEmpty, errors.allSatisfy({ Spread.median($0).isFinite }) else {
      return nil
    }
    if coordinates.count > 3 {
      let (bonds, angles) = (coordinates.count { !$0.isAngle }, coordinates.count { $0.isAngle })
      let parts = [
        (bonds, errors[..<bonds], "bond", "bohr"), (angles, errors[bonds...], "angle", "degrees"),
      ]
      .filter { $0.0 > 0 }.map { count, errors, noun, unit in
        "\(Labels.short(Spread.median(errors.flatMap(\.self)))) \(unit) over "
          + Numbers.count(count, noun)
      }
      return "The median errors of the mean are \(parts.joined(separator: " and "))."
    }
    let parts = zip(coordinates, errors).map { coordinate, errors in
      "\(Labels.short(Spread.median(errors))) \(coordinate.unit) in "
        + coordinate.label.replacing("–", with: "\u{2060}–\u{2060}")
    }
    guard parts.count > 1 else { return "The median error of the mean is \(parts[0])." }
    return "The median errors of the mean are \(parts.dropLast().joined(separator: ", ")) and "
      + "\(parts[parts.count - 1])."
  }

  private var momenta: String? {
    let curves = MomentumError.curves(evaluated)
    guard let single = curves.last?.median, let mean = curves.first?.median, !single.isNaN,
      !mean.isNaN
    else { return nil }
    return
      "The median relative momentum error after re-simulation is \(Labels.percent(single)) for one "
      + "sample and \(Labels.percent(mean)) for the mean."
  }

  private var exact: String? {
    guard let exact = content.exact, !exact.rows.isEmpty else { return nil }
    var text =
      "Half of the samples are within \(Labels.short(exact.median)) bohr of a geometry that explodes "
      + "into exactly these momenta; \(Labels.percent(exact.beyond)) are farther than 0.5 bohr from any"
    if let weights = exact.weights, weights.misplaced.isFinite {
      text +=
        ". Where there are several such geometries, \(Labels.percent(weights.misplaced)) of the samples "
        + "would have to be at another one for the probabilities to be right"
    }
    return text + "."
  }

  private var calibration: String? {
    guard let calibration = content.calibration, let verdict = CalibrationVerdict(calibration)
    else { return nil }
    return verdict.sentence
  }
}
