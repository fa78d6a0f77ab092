import Physics
import Evaluation
import Text

/// What the numbers say, in a few sentences.
struct Lead {
  private let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  var sentences: [String] {
    [recovery, shape, momenta, calibration].compactMap(\.self)
  }

  private var judged: JudgedRows { content.judged }

  private var recovery: String? {
    let width = judged.molecule.width
    let all = Agreement(
      predicted: judged.mean.map(Double.init), truth: judged.truth.map(Double.init))
    guard all.pairs > 0 else { return "No prediction is a finite number." }
    let single = Agreement(
      predicted: judged.single.map(Double.init), truth: judged.truth.map(Double.init))
    let lost = Rows.notFinite(judged.mean, width: width)
    let rest = lost == 0 ? "" : "; in \(Numbers.grouped(lost)) of them it is not finite"
    return "In \(Numbers.grouped(judged.count)) rows that were judged, a coordinate of the mean "
      + "of all draws is off by \(Labels.short(all.error)) bohr (root mean square), one of a "
      + "single draw by \(Labels.short(single.error)) bohr\(rest)."
  }

  private var shape: String? {
    guard judged.molecule.atoms == 3 else { return nil }
    let (mean, truth) = (Triangle.shapes(judged.mean), Triangle.shapes(judged.truth))
    let errors = zip(mean, truth).map { mean, truth in
      Spread.median(zip(mean, truth).map { abs($0 - $1) })
    }
    guard errors.allSatisfy(\.isFinite) else { return nil }
    let parts = zip(Labels.shape(judged.molecule), errors).map { label, error in
      "\(Labels.short(error)) \(label.unit) in \(label.name.replacing("–", with: "\u{2060}–\u{2060}"))"
    }
    return "The median errors of the mean's shape are \(parts[0]), \(parts[1]) and \(parts[2])."
  }

  private var momenta: String? {
    let curves = MomentumError.curves(judged)
    guard let single = curves.last?.median, let mean = curves.first?.median, !single.isNaN,
      !mean.isNaN
    else { return nil }
    return "Exploded again, single draws miss the measured momenta by \(Labels.percent(single)) "
      + "and means by \(Labels.percent(mean)) (medians)."
  }

  private var calibration: String? {
    guard let calibration = content.calibration, !calibration.columns.isEmpty,
      let level = Calibration.levels.firstIndex(of: 0.9)
    else { return nil }
    let held = calibration.coverage[level]
    let verdict =
      held > 0.93
      ? "draws are more cautious than they need to be"
      : held < 0.87
        ? "draws claim to know more than they do" : "draws are as spread as their errors"
    return "Intervals that claim to hold 90\u{A0}% of the true coordinates hold "
      + "\(Numbers.percent(held).replacing(" ", with: "\u{A0}")): \(verdict)."
  }
}
