import Physics
import Evaluation
import Typesetting

extension Figure {
  static let corner = Figure(
    name: "corner", group: .posterior, title: "Posterior of one event",
    caption: """
      All draws for one event: distributions of single quantities on the diagonal, of pairs below \
      it, and the true values as lines. Narrow ridges are what the momenta fix together; separate \
      islands are geometries that explode alike.
      """,
    compose: { content throws(NothingToDraw) in
      guard let draws = content.draws, draws.count > 0, draws.samples > 1 else {
        throw NothingToDraw("the system draws nothing: it gives one answer for each event")
      }
      guard let event = Posterior.typical(draws) else {
        throw NothingToDraw("no event has finite draws that differ")
      }
      return event.compose()
    })
}

/// The draws of one event as a few quantities that tell their shape and their place.
struct Posterior {
  struct Quantity {
    let label: String
    let values: [Double]
    let truth: Double
  }

  let row: UInt32
  let quantities: [Quantity]

  private static let mostQuantities = 5

  init?(_ draws: PosteriorDraws, event: Int) {
    let width = draws.molecule.width
    let values = Array(
      draws.values[event * draws.samples * width..<(event + 1) * draws.samples * width])
    let truth = Array(draws.truth[event * width..<(event + 1) * width])
    let finite = (0..<draws.samples).filter { draw in
      values[draw * width..<(draw + 1) * width].allSatisfy(\.isFinite)
    }
    let kept = finite.flatMap { values[$0 * width..<($0 + 1) * width] }
    var all: [Quantity] = []
    if draws.molecule.atoms == 3 {
      let (shapes, trueShapes) = (Triangle.shapes(kept), Triangle.shapes(truth))
      for (c, (name, unit)) in Labels.shape(draws.molecule).enumerated() {
        all.append(
          Quantity(
            label: "\(name) (\(unit == "degrees" ? "°" : unit))", values: shapes[c],
            truth: trueShapes[c][0]))
      }
    }
    for (c, name) in Labels.columns(draws.molecule).enumerated() {
      all.append(
        Quantity(
          label: "\(name) (bohr)", values: Rows.column(kept, c, width: width),
          truth: Double(truth[c])))
    }
    quantities = Array(all.filter { !Spread.isConstant($0.values) }.prefix(Self.mostQuantities))
    row = draws.rows[event]
    if quantities.count < 2 { return nil }
  }

  /// The event whose first quantity is as widely spread as that of most: neither the best nor the
  /// worst case.
  static func typical(_ draws: PosteriorDraws) -> Posterior? {
    let events = (0..<min(draws.count, 200)).compactMap { Posterior(draws, event: $0) }
    let sorted = events.sorted { $0.spread < $1.spread }
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  private var spread: Double { Spread.deviation(quantities[0].values) }

  func compose() -> Composition {
    let count = quantities.count
    var canvas = Canvas("corner", width: 860, height: 860)
    let grid = PanelGrid(
      canvas.script, rows: count, columns: count, margins: (96, 24, 16, 66), gap: (20, 20))
    let samples = quantities[0].values.count
    let bins = max(12, min(40, Int(Double(samples).squareRoot() * 1.2)))
    let ranges = quantities.map { quantity in
      Spread.range(quantity.values + [quantity.truth], tail: 0.002) ?? 0...1
    }
    let grids = (0..<count).flatMap { i in
      (0..<i).map { j in
        DensityGrid(
          quantities[j].values, quantities[i].values, xRange: ranges[j], yRange: ranges[i],
          bins: bins)
      }
    }
    let largest = Double(max(2, grids.map(\.largest).max() ?? 2))
    canvas.script.add("unset logscale cb; set cbrange [0:\(largest)]; unset colorbox; unset grid")
    for i in 0..<count {
      for j in 0...i {
        var panel =
          j == i
          ? diagonal(i, ranges[i], bins, &canvas) : pair(grids[i * (i - 1) / 2 + j], i, j, &canvas)
        panel.x.label = i == count - 1 ? quantities[j].label : ""
        panel.y.label = j == 0 && i > 0 ? quantities[i].label : ""
        panel.lines.append(
          "set format x '\(i == count - 1 ? "%h" : "")'; set format y '\(j == 0 && i > 0 ? "%h" : "")'"
        )
        panel.x.tickCount = 4
        panel.y.tickCount = 4
        if i == j { panel.lines.append("unset ytics") }
        if i == 0 { panel.lines += heading }
        canvas.draw(panel, at: grid.place(row: i, column: j))
      }
    }
    return canvas.composition(
      "Draws of event \(row)",
      remarks: ["Event \(row), \(Numbers.grouped(samples)) draws; its spread is the median of all."]
    )
  }

  /// In the empty corner.
  private var heading: [String] {
    let draws = quantities[0].values.count
    return [
      "set label 'event \(row), \(draws) draws' at screen 0.97,0.97 right tc rgb ink",
      "set label 'lines: true values' at screen 0.97,0.94 right tc rgb vermilion",
    ]
  }

  private func diagonal(
    _ i: Int, _ range: ClosedRange<Double>, _ bins: Int, _ canvas: inout Canvas
  ) -> Panel {
    let histogram = Histogram(quantities[i].values, range: range, bins: bins)
    let source = canvas.add(
      quantities[i].label,
      [
        "edge": histogram.outlineEdges,
        "draws": Histogram.outline(histogram.counts.map(Double.init)),
      ])
    let high = 1.1 * Double(max(1, histogram.counts.max() ?? 1))
    var panel = Panel()
    panel.x.range = range
    panel.y.range = 0...high
    let truth = quantities[i].truth
    panel.lines = [Panel.line(from: (truth, 0), to: (truth, high), Self.look)]
    panel.plots = [
      "\(source) using 1:2 with fillsteps \(Canvas.wash) lc rgb blue notitle",
      "\(source) using 1:2 with steps lc rgb blue lw 1.2 notitle",
    ]
    return panel
  }

  private func pair(_ cells: DensityGrid, _ i: Int, _ j: Int, _ canvas: inout Canvas) -> Panel {
    let source = canvas.add(
      cells.block("\(quantities[i].label) over \(quantities[j].label)", columns: ["x", "y"]))
    var panel = Panel()
    (panel.x.range, panel.y.range) = (cells.xRange, cells.yRange)
    let (x, y) = (quantities[j].truth, quantities[i].truth)
    panel.lines = [
      Panel.line(from: (x, cells.yRange.lowerBound), to: (x, cells.yRange.upperBound), Self.look),
      Panel.line(from: (cells.xRange.lowerBound, y), to: (cells.xRange.upperBound, y), Self.look),
    ]
    panel.plots = ["\(source) using 1:2:3 with image notitle"]
    return panel
  }

  private static let look = "lc rgb vermilion lw 1.2"
}
