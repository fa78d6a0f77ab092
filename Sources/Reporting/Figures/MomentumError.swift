import Physics
import Evaluation
import Glibc
import Text

extension Figure {
  static let resimulation = Figure(
    name: "resimulation", group: .energy, title: "Predictions exploded again",
    caption: """
      Each predicted geometry is run forward through the simulator; the error is the difference \
      between its momenta and the measured ones, over their size. A draw on another exact branch \
      has a small error here, however far from the truth it is; the mean of two branches does not.
      """,
    compose: { content throws(NothingToDraw) in try MomentumError.compose(content.judged) })
}

/// Momentum errors of some rows.
enum MomentumError {
  /// Enough for a picture.
  static let mostRows = 4000

  struct Curve {
    let name, title, colour: String
    let errors: [Double]

    var median: Double { Spread.median(errors) }
  }

  /// The rows that are exploded where that are not all.
  static func sample(_ judged: JudgedRows) -> [Int]? {
    let count = judged.count
    guard count > mostRows else { return nil }
    return (0..<mostRows).map { $0 * count / mostRows }
  }

  static func curves(_ judged: JudgedRows) -> [Curve] {
    let width = judged.molecule.width
    let rows = sample(judged)
    func part(_ values: [Float]) -> [Float] {
      rows.map { $0.flatMap { values[$0 * width..<($0 + 1) * width] } } ?? values
    }
    func errors(_ predicted: [Float]) -> [Double] {
      Resimulation.errors(
        part(predicted), momenta: part(judged.momenta), molecule: judged.molecule, threads: 1)
    }
    return [
      Curve(name: "mean", title: "mean of draws", colour: "vermilion", errors: errors(judged.mean)),
      Curve(name: "draw", title: "single draw", colour: "blue", errors: errors(judged.single)),
    ]
  }

  static func compose(_ judged: JudgedRows) throws(NothingToDraw) -> Composition {
    let curves = curves(judged)
    let all = curves.flatMap(\.errors)
    let sizes = all.filter { $0.isFinite && $0 > 0 }.map(log10)
    guard let low = sizes.min(), let high = sizes.max() else {
      throw NothingToDraw("no prediction can be exploded")
    }
    let range = max(low, -9).rounded(.down)...max(low + 1, -8, high).rounded(.up)
    var canvas = Canvas("resimulation", width: 760, height: 380)
    canvas.drawHistogramKey(
      curves.map { ("\($0.title), median \(Labels.percent($0.median))", $0.colour) })
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: 1, margins: (92, 24, 48, 62), gap: (0, 0))
    canvas.draw(panel(curves, range, &canvas), at: grid.place(0))
    return canvas.composition(
      "Errors of the momenta of predictions that were exploded again, relative",
      remarks: [
        sample(judged).map {
          "\(Numbers.grouped($0.count)) rows, evenly spaced in the data, were exploded."
        },
        Labels.left(
          all.count { !$0.isFinite }, of: all.count, because: "predictions could not be exploded"),
      ])
  }

  /// Histograms over a range of decades.
  private static func panel(
    _ curves: [Curve], _ range: ClosedRange<Double>, _ canvas: inout Canvas
  ) -> Panel {
    let bins = 12 * Int(range.upperBound - range.lowerBound)
    let histograms = curves.map { Histogram($0.errors.map(log10), range: range, bins: bins) }
    let source = canvas.add(
      DataBlock(
        "momentum error", columns: ["edge"] + curves.map { "rows_\($0.name)" },
        values: [histograms[0].outlineEdges.map { pow(10, $0) }]
          + histograms.map { Histogram.outline($0.counts.map(Double.init)) }))
    var panel = Panel()
    panel.x = .init(
      label: "‖p(x̂) − p‖ / ‖p‖", range: pow(10, range.lowerBound)...pow(10, range.upperBound),
      isLogarithmic: true)
    let highest = Double(histograms.flatMap(\.counts).max() ?? 1)
    panel.y = .init(label: "rows", range: 0...1.12 * max(1, highest))
    panel.plots = curves.enumerated().map { index, curve in
      let style = index == 0 ? "fillsteps \(Canvas.wash)" : "steps lw 1.8"
      return "\(source) using 1:\(index + 2) with \(style) lc rgb \(curve.colour) notitle"
    }
    return panel
  }
}
