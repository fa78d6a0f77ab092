/// What became of a report.
package struct ReportSummary: Sendable {
  /// The path of the page.
  package let page: String
  /// Figures with pictures.
  package let drawn: [String]
  /// Figures for which the run has no data, and why.
  package let notes: [Entry]
  /// Figures that gnuplot could not draw, and why; their numbers and scripts are there.
  package let failures: [Entry]
  /// Whether no picture was drawn for want of gnuplot.
  package let isWithoutGnuplot: Bool

  package struct Entry: Hashable, Sendable {
    package let figure: String
    package let reason: String
  }

  init(page: String, figures: [FinishedFigure], hasGnuplot: Bool) {
    self.page = page
    isWithoutGnuplot = !hasGnuplot
    var (drawn, notes, failures): ([String], [Entry], [Entry]) = ([], [], [])
    for finished in figures {
      let name = finished.figure.name
      switch finished.state {
      case .drawn: drawn.append(name)
      case .undrawn: break
      case .nothing(let reason): notes.append(Entry(figure: name, reason: reason))
      case .failed(let reason): failures.append(Entry(figure: name, reason: reason))
      }
    }
    (self.drawn, self.notes, self.failures) = (drawn, notes, failures)
  }

  /// What the user should hear about, a line each.
  package var warnings: [String] {
    let missing =
      isWithoutGnuplot
      ? ["no gnuplot was found: the report has tables but no pictures; \(Self.advice)"] : []
    // What many figures have in common is said once.
    var reasons: [String] = []
    for failure in failures where !reasons.contains(failure.reason) {
      reasons.append(failure.reason)
    }
    return missing
      + reasons.map { reason in
        let names = failures.filter { $0.reason == reason }.map(\.figure)
        return names.count == 1
          ? "figure \(names[0]) was not drawn: \(reason)"
          : "figures \(names.joined(separator: ", ")) were not drawn: \(reason)"
      }
  }

  static let advice = "install it (`apt install gnuplot-nox`) and make the report again"
}
