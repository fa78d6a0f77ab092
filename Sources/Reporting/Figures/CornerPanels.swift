import Datasets
import Text

/// A panel for each quantity and each pair of them.
extension Posterior {
  func compose() -> Composition {
    let count = quantities.count
    var canvas = Canvas("corner", width: 860, height: 860)
    let samples = quantities[0].values.count
    let bins = max(12, min(40, Int(Double(samples).squareRoot() * 1.2)))
    let ranges = quantities.map {
      Self.range($0)
    }
    // Narrow ranges have long tick labels.
    let distance = 30 + (ranges.map { Ticks.labelWidth($0, count: 4) }.max() ?? 40)
    let grid = PanelGrid(
      canvas.script, rows: count, columns: count, margins: (distance + 24, 24, 16, 66),
      gap: (20, 20), nameDistance: distance)
    let pairs = (0..<count).map { i in
      (0..<i).map { j in
        DensityGrid(
          quantities[j].values, quantities[i].values, xRange: ranges[j], yRange: ranges[i],
          bins: bins)
      }
    }
    let largest = max(2, pairs.flatMap(\.self).map(\.largest).max() ?? 2)
    canvas.script.add("unset logscale cb; set cbrange [0:\(largest)]; unset colorbox; unset grid")
    for i in 0..<count {
      for j in 0...i {
        var panel =
          j == i ? diagonal(i, ranges[i], bins, &canvas) : pair(pairs[i][j], i, j, &canvas)
        name(&panel, i, j)
        canvas.draw(panel, at: grid.place(row: i, column: j))
      }
    }
    return canvas.composition(
      "Samples of event \(row)",
      remarks: [
        "Event \(row), \(Numbers.grouped(samples)) samples; its spread is the median of all events."
      ]
    )
  }

  /// The range of nearly all samples and the true value.
  private static func range(_ quantity: Quantity) -> ClosedRange<Double> {
    let sorted = quantity.values.sorted()
    let most = [Quantile.of(sorted, 0.015), Quantile.of(sorted, 0.985)]
    return Spread.range(most + [quantity.truth], margin: 0.15) ?? 0...1
  }

  /// Labels and tick labels only along the left and the lower edge.
  private func name(_ panel: inout Panel, _ i: Int, _ j: Int) {
    let (isLeft, isLast) = (j == 0 && i > 0, i == quantities.count - 1)
    panel.x.label = isLast ? quantities[j].label : ""
    panel.y.label = isLeft ? quantities[i].label : ""
    (panel.x.tickCount, panel.y.tickCount) = (3, 4)
    panel.lines += ["set format x '\(isLast ? "%h" : "")'; set format y '\(isLeft ? "%h" : "")'"]
    if i == j { panel.lines.append("unset ytics") }
    if i == 0 { panel.lines += heading }
  }

  /// In the empty corner.
  private var heading: [String] {
    let samples = quantities[0].values.count
    return [
      "set label 'event \(row), \(samples) samples' at screen 0.97,0.97 right tc rgb ink",
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
        "samples": Histogram.outline(histogram.counts.map(Double.init)),
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
