import Physics
import Evaluation
import Glibc
import Text

extension Figure {
  static let resimulation = Figure(
    name: "resimulation", group: .energy, title: "Re-simulated momenta",
    caption: """
      The explosion of each predicted geometry is simulated. The error is the norm of the \
      difference between its momenta and the measured ones, relative to the measured ones. A \
      sample of any exact solution has a small error here; the mean of two solutions does not.
      """,
    compose: { content throws(NothingToDraw) in try MomentumError.compose(content.evaluated) })
}

/// Momentum errors of some rows.
enum MomentumError {
  /// Enough for a figure.
  static let mostRows = 4000

  struct Curve {
    let name, title, color: String
    let errors: [Double]

    var median: Double { Spread.median(errors) }
  }

  /// The rows to simulate; nil for all.
  static func sample(_ evaluated: EvaluatedRows) -> [Int]? {
    let count = evaluated.count
    guard count > mostRows else { return nil }
    return (0..<mostRows).map { $0 * count / mostRows }
  }

  static func curves(_ evaluated: EvaluatedRows) -> [Curve] {
    let width = evaluated.molecule.width
    let rows = sample(evaluated)
    func part(_ values: [Float]) -> [Float] {
      rows.map { $0.flatMap { values[$0 * width..<($0 + 1) * width] } } ?? values
    }
    let atoms = evaluated.molecule.atoms
    let charges = evaluated.charges.map { all in
      rows.map { $0.flatMap { all[$0 * atoms..<($0 + 1) * atoms] } } ?? all
    }
    func errors(_ predicted: [Float]) -> [Double] {
      Resimulation.errors(
        part(predicted), momenta: part(evaluated.momenta), charges: charges,
        molecule: evaluated.molecule, threads: 1)
    }
    return [
      Curve(
        name: "mean", title: "mean of samples", color: "vermilion", errors: errors(evaluated.mean)),
      Curve(name: "sample", title: "one sample", color: "blue", errors: errors(evaluated.single)),
    ]
  }

  static func compose(_ evaluated: EvaluatedRows) throws(NothingToDraw) -> Composition {
    let curves = curves(evaluated)
    let all = curves.flatMap(\.errors)
    let sizes = all.filter { $0.isFinite && $0 > 0 }.map(log10)
    guard let low = sizes.min(), let high = sizes.max() else {
      throw NothingToDraw("no prediction can be simulated")
    }
    let range = max(low, -9).rounded(.down)...max(low + 1, -8, high).rounded(.up)
    var canvas = Canvas("resimulation", width: 760, height: 380)
    canvas.drawHistogramKey(
      curves.map { ("\($0.title), median \(Labels.percent($0.median))", $0.color) })
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: 1, margins: (92, 24, 48, 62), gap: (0, 0))
    canvas.draw(panel(curves, range, &canvas), at: grid.place(0))
    return canvas.composition(
      "Relative momentum errors of re-simulated predictions",
      remarks: [
        sample(evaluated).map {
          "\(Numbers.grouped($0.count)) evenly spaced rows were simulated."
        },
        Labels.left(
          all.count { !$0.isFinite }, of: all.count, because: "predictions could not be simulated"),
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
      return "\(source) using 1:\(index + 2) with \(style) lc rgb \(curve.color) notitle"
    }
    return panel
  }
}
