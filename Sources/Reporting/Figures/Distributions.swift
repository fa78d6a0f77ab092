import Evaluation

extension Figure {
  static let distributions = Figure(
    name: "distributions", group: .distributions, title: "Distributions of coordinates",
    caption: """
      Distributions of one sample per row (line) and of the true values (filled), per bohr. Correct \
      samples have the distribution of the true values; a line that is too narrow misses rare cases.
      """,
    compose: { content throws(NothingToDraw) in
      let evaluated = content.evaluated
      let names = Labels.columns(evaluated.molecule)
      var panels: [HistogramPanel] = []
      for c in names.indices {
        let truth = Rows.column(evaluated.truth, c, width: names.count)
        let single = Rows.column(evaluated.single, c, width: names.count)
        guard single.contains(where: \.isFinite), let range = Spread.range(truth, tail: 0.0005)
        else { throw NothingToDraw("no sample is finite") }
        panels.append(
          HistogramPanel(
            title: names[c], range: range,
            curves: [("true", "true", "grey", truth), ("sample", "one sample", "blue", single)]))
      }
      return HistogramPanel.compose(
        panels, name: "distributions", label: "bohr", isLogarithmic: false, of: evaluated.count,
        notFinite: Rows.notFinite(evaluated.single, width: names.count))
    })

  static let residuals = Figure(
    name: "residuals", group: .distributions, title: "Errors of coordinates",
    caption: """
      Predicted minus true coordinate, for the mean of all samples and for one sample; the titles \
      give the root mean square in bohr. The logarithmic scale shows the tails: where several \
      geometries have the same momenta, the mean lies between them and a sample may be another one.
      """,
    compose: { content throws(NothingToDraw) in
      let evaluated = content.evaluated
      let names = Labels.columns(evaluated.molecule)
      func errors(_ predicted: [Float], _ c: Int) -> [Double] {
        zip(
          Rows.column(predicted, c, width: names.count),
          Rows.column(evaluated.truth, c, width: names.count)
        ).map { $0 - $1 }
      }
      var panels: [HistogramPanel] = []
      for c in names.indices {
        let (single, mean) = (errors(evaluated.single, c), errors(evaluated.mean, c))
        guard let range = Spread.range((single + mean).map(abs), tail: 0.002, margin: 0) else {
          throw NothingToDraw("no prediction is a finite number")
        }
        let reach = max(range.upperBound, 1e-9)
        let sizes = [mean, single].map { Labels.short(Self.rootMeanSquare($0)) }
        panels.append(
          HistogramPanel(
            title: "\(names[c]) · mean \(sizes[0]) · sample \(sizes[1])", range: -reach...reach,
            curves: [("mean", "mean", "vermilion", mean), ("sample", "one sample", "blue", single)])
        )
      }
      return HistogramPanel.compose(
        panels, name: "residuals", label: "predicted − true (bohr)", isLogarithmic: true,
        of: evaluated.count,
        notFinite: Rows.notFinite(evaluated.single + evaluated.mean, width: names.count)
      )
    })

  private static func rootMeanSquare(_ values: [Double]) -> Double {
    Spread.mean(values.filter(\.isFinite).map { $0 * $0 }).squareRoot()
  }
}

/// Histograms of one coordinate.
struct HistogramPanel {
  let title: String
  let range: ClosedRange<Double>
  let curves: [(name: String, title: String, color: String, values: [Double])]

  /// The panels in rows of three, with one key in the first.
  static func compose(
    _ panels: [HistogramPanel], name: String, label: String, isLogarithmic: Bool, of rows: Int,
    notFinite: Int
  ) -> Composition {
    let lines = panels.count / 3
    var canvas = Canvas(name, height: 112 + 240 * lines)
    let grid = PanelGrid(
      canvas.script, rows: lines, columns: 3, margins: (92, 20, 70, 60), gap: (58, 74))
    canvas.drawHistogramKey(panels[0].curves.map { ($0.title, $0.color) })
    var outside = 0
    let bins = isLogarithmic ? 61 : Histogram.bins(for: rows)
    for (index, entry) in panels.enumerated() {
      let histograms = entry.curves.map { Histogram($0.values, range: entry.range, bins: bins) }
      outside += histograms.map(\.outside).reduce(0, +)
      var panel = Panel(title: entry.title)
      panel.x.label = index / 3 == lines - 1 ? label : ""
      panel.y.isLogarithmic = isLogarithmic
      panel.y.label = index % 3 > 0 ? "" : isLogarithmic ? "rows per bin" : "density (1/bohr)"
      canvas.drawHistograms(
        zip(entry.curves, histograms).map { curve, histogram in
          (curve.name, histogram, curve.color)
        }, panel: panel, at: grid.place(index))
    }
    return canvas.composition(
      "Histograms: lower edges of bins (\(label)) and rows, or their shares per unit",
      remarks: [
        Labels.left(notFinite, of: rows, because: "rows have a value that is not finite"),
        Labels.left(
          outside, of: rows * panels.count * 2, because: "values lie outside the panels"),
      ])
  }
}
