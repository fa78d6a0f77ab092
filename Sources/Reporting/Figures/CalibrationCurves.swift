import Evaluation
import Text

extension Figure {
  static let calibration = Figure(
    name: "calibration", group: .posterior, title: "Calibration",
    caption: """
      Left, the distribution of the ranks of true values among the samples, minus uniform: a \
      calibrated coordinate stays within the band in 19 of 20 cases; a curve that rises through the \
      middle is a posterior that is too wide, one that falls is too narrow. Right, the fraction of \
      true values within central intervals, against the nominal fraction.
      """,
    compose: { content throws(NothingToDraw) in
      guard let calibration = content.calibration, calibration.rows > 0 else {
        throw NothingToDraw("the model is deterministic: all samples of an event are the same")
      }
      let columns = calibration.columns.filter { $0.ranks.contains(where: \.isFinite) }
      guard !columns.isEmpty else { throw NothingToDraw("no rank is finite") }
      return CalibrationCurves(columns: columns, rows: calibration.rows).compose(
        samples: calibration.samples)
    })
}

/// One curve per coordinate: the color identifies the atom, the dash pattern the axis.
struct CalibrationCurves {
  let columns: [Calibration.Column]
  let rows: Int
  private let points = 100
  private static let band = "fs transparent solid 0.2 noborder"

  func compose(samples: Int) -> Composition {
    // The key is a column beside the panels: a line of 20 pixels for each coordinate.
    var canvas = Canvas("calibration", height: 106 + max(324, 20 * columns.count))
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: 2, margins: (96, 116, 44, 62), gap: (92, 0))
    canvas.draw(ranks(&canvas), at: grid.place(0))
    canvas.draw(coverage(&canvas), at: grid.place(1))
    return canvas.composition(
      "Ranks of true values among samples, and coverage of central intervals",
      remarks: [
        "\(Numbers.grouped(rows)) rows with \(samples) samples each; the bands are 95 % intervals."
      ])
  }

  private var names: [String] { columns.map { "rank_\($0.name)" } }

  private func ranks(_ canvas: inout Canvas) -> Panel {
    let places = (0...points).map { Double($0) / Double(points) }
    let curves = columns.map { RankCurve.difference($0.ranks, points: points) }
    let band = RankCurve.band(rows: rows)
    let source = canvas.add(
      DataBlock(
        "rank distribution minus uniform", columns: ["rank"] + names, values: [places] + curves))
    let limits = canvas.add(
      "95 % band of the curve",
      ["rank": [0, 1], "low": [-band, -band], "high": [band, band]])
    let largest = max(1.4 * band, 1.1 * (curves.flatMap(\.self).map(abs).max() ?? 0))
    var panel = Panel(title: "Ranks: distribution minus uniform")
    panel.x = .init(label: "rank of the true value among its samples", range: 0...1)
    panel.y = .init(label: "difference", range: -largest...largest)
    panel.plots =
      ["\(limits) using 1:2:3 with filledcurves \(Self.band) lc rgb grey notitle"] + lines(source)
    return panel
  }

  private func coverage(_ canvas: inout Canvas) -> Panel {
    let levels = (0...50).map { Double($0) / 50 }
    let curves = columns.map { column in
      let finite = column.ranks.filter(\.isFinite)
      return levels.map { Calibration.coverage(of: finite, level: $0) }
    }
    let band = levels.map { RankCurve.coverageBand(level: $0, rows: rows) }
    let source = canvas.add(
      DataBlock(
        "coverage of central intervals",
        columns: ["nominal"] + columns.map { "observed_\($0.name)" },
        values: [levels] + curves))
    let limits = canvas.add(
      "95 % band of a fraction",
      [
        "nominal": levels, "low": zip(levels, band).map { $0 - $1 },
        "high": zip(levels, band).map { $0 + $1 },
      ])
    var panel = Panel(title: "Coverage of central intervals")
    panel.x = .init(label: "nominal", range: 0...1)
    panel.y = .init(label: "observed", range: 0...1)
    panel.key = "at graph 1.04,1 left top Left reverse"
    panel.plots =
      ["\(limits) using 1:2:3 with filledcurves \(Self.band) lc rgb grey notitle"]
      + lines(source, isNamed: true)
    return panel
  }

  private func lines(_ source: String, isNamed: Bool = false) -> [String] {
    let colors = ["ink", "vermilion", "blue", "green", "purple", "orange", "sky", "grey"]
    let dashes = ["solid", "(8,4)", "(2,3)"]
    return columns.enumerated().map { index, column in
      let title = isNamed ? "title \(Script.quote(Self.label(column.name)))" : "notitle"
      return "\(source) using 1:\(index + 2) with lines lw 1.5 dt \(dashes[index % 3]) "
        + "lc rgb \(colors[index / 3 % colors.count]) \(title)"
    }
  }

  /// `C x` for `cx`.
  private static func label(_ column: String) -> String {
    column.count < 2
      ? column
      : column.prefix(1).uppercased() + column.dropFirst().dropLast() + " " + column.suffix(1)
  }
}
