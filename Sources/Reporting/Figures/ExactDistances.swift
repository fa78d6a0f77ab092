import Evaluation
import Glibc
import Text

extension Figure {
  static let exactDistances = Figure(
    name: "exact-distances", group: .exact, title: "Distance of samples to exact geometries",
    caption: """
      Every geometry that explodes into an event's momenta is known exactly. The distance is the \
      norm of the difference of all coordinates between a sample and the nearest of them. A peak at \
      small distances is the accuracy of the model at a geometry; what is right of the line, at 0.5 \
      bohr, lies between geometries, or at none.
      """,
    compose: { content throws(NothingToDraw) in try ExactDistances(content.exactRows()).compose() })
}

extension ReportContent {
  /// The events whose exact geometries are known.
  func exactRows() throws(NothingToDraw) -> [ExactRow] {
    guard let exact else {
      throw NothingToDraw(whyNotExact ?? "the samples were not compared with exact geometries")
    }
    guard !exact.rows.isEmpty else { throw NothingToDraw("no event has finite samples") }
    return exact.rows
  }
}

/// Histograms of distances, of events with one geometry and with several.
struct ExactDistances {
  private struct Curve {
    let name, title, color: String
    let distances: [Double]
  }

  private let curves: [Curve]

  init(_ rows: [ExactRow]) {
    let several = rows.filter { $0.geometries.count > 1 }
    let single = rows.filter { $0.geometries.count == 1 }
    let curves = [
      Curve(
        name: "several", title: "several geometries", color: "blue",
        distances: several.flatMap(\.distances)),
      Curve(
        name: "one", title: "one geometry", color: "vermilion",
        distances: single.flatMap(\.distances)),
    ]
    self.curves = curves.filter { !$0.distances.isEmpty }
  }

  func compose() -> Composition {
    let logarithms = curves.map { $0.distances.map { log10(max($0, 1e-9)) } }
    let sorted = logarithms.flatMap(\.self).sorted()
    let low = max(-9, (sorted[sorted.count / 1000]).rounded(.down))
    let high = max(0, min(3, sorted[sorted.count - 1 - sorted.count / 1000].rounded(.up)))
    var canvas = Canvas("exact-distances", width: 760, height: 380)
    canvas.drawHistogramKey(
      curves.map { ("\($0.title), median \(Labels.short($0.distances.median)) bohr", $0.color) })
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: 1, margins: (92, 24, 48, 62), gap: (0, 0))
    let bins = 16 * Int(high - min(low, high - 1))
    let histograms = logarithms.map {
      Histogram($0, range: min(low, high - 1)...high, bins: bins)
    }
    let total = Double(logarithms.reduce(0) { $0 + $1.count })
    let source = canvas.add(
      DataBlock(
        "distance of samples", columns: ["edge_bohr"] + curves.map { "percent_\($0.name)" },
        values: [histograms[0].outlineEdges.map { pow(10, $0) }]
          + histograms.map { Histogram.outline($0.counts.map { 100 * Double($0) / total }) }))
    canvas.draw(panel(source, histograms, total: total), at: grid.place(0))
    return canvas.composition(
      "Distances of samples to the nearest exact geometry, bohr",
      remarks: [
        Labels.left(
          histograms.map(\.outside).reduce(0, +), of: Int(total),
          because: "samples lie outside of the picture")
      ])
  }

  private func panel(_ source: String, _ histograms: [Histogram], total: Double) -> Panel {
    let range = histograms[0].range
    var panel = Panel()
    panel.x = .init(
      label: "distance to the nearest exact geometry (bohr)",
      range: pow(10, range.lowerBound)...pow(10, range.upperBound), isLogarithmic: true)
    let highest = 100 * Double(histograms.flatMap(\.counts).max() ?? 1) / total
    panel.y = .init(label: "samples (%)", range: 0...1.12 * max(1e-3, highest))
    panel.lines = [
      "set arrow from \(ExactRow.sampleDistance),graph 0 to \(ExactRow.sampleDistance),graph 1 "
        + "nohead front lc rgb ink lw 0.8 dt (6,4)"
    ]
    panel.plots = curves.enumerated().map { index, curve in
      let style = index == 0 ? "fillsteps \(Canvas.wash)" : "steps lw 1.8"
      return "\(source) using 1:\(index + 2) with \(style) lc rgb \(curve.color) notitle"
    }
    return panel
  }
}
