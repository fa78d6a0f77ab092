/// One color scale for the densities of several panels.
struct DensityScale {
  /// The largest number of rows in a cell.
  let largest: Double

  init(_ grids: [DensityGrid]) { largest = Double(max(10, grids.map(\.largest).max() ?? 0)) }

  /// Commands before the first panel: the color scale as a strip beside the boxes.
  ///
  /// - Parameters: the strip's place in pixels from the lower left corner of the figure.
  func settings(
    _ script: Script, x: Double, y: Double, height: Double, label: String = "rows per cell"
  ) -> [String] {
    let (w, h) = (Double(script.width), Double(script.height))
    func share(_ x: Double) -> String { Script.number((x * 1e4).rounded() / 1e4) }
    return [
      "set logscale cb; set cbrange [1:\(Script.number(largest))]",
      "set cbtics scale 0.4 out nomirror \(Ticks.logarithmic(1...largest)) tc rgb ink",
      "set cblabel \(Script.quote(label)) offset 1,0; set style fill solid",
      "set colorbox user origin screen \(share(x / w)),\(share(y / h)) "
        + "size screen \(share(12 / w)),\(share(height / h)) noborder",
    ]
  }

  /// Command after the first panel, which has drawn the color scale.
  static let drawn = "unset colorbox"
}

extension Canvas {
  /// Transparent fill, so that lines and other areas stay visible.
  static let wash = "fs transparent solid 0.35 noborder"

  /// A panel of predicted against true values with the diagonal.
  mutating func drawAgreement(
    _ grid: DensityGrid, title: String, labels: (x: String, y: String), lines: [String] = [],
    at place: PanelGrid.Place
  ) {
    let source = add(grid.block(title, columns: ["true", "predicted"]))
    var panel = Panel(title: title)
    panel.x = .init(label: labels.x, range: grid.xRange)
    panel.y = .init(label: labels.y, range: grid.yRange)
    let (low, high) = (
      max(grid.xRange.lowerBound, grid.yRange.lowerBound),
      min(grid.xRange.upperBound, grid.yRange.upperBound)
    )
    panel.lines =
      lines + [Panel.line(from: (low, low), to: (high, high), "lc rgb ink lw 0.8 dt (6,4)")]
    panel.plots = ["\(source) using 1:2:3 with image notitle"]
    draw(panel, at: place)
    script.add(DensityScale.drawn)
  }

  /// The key of `drawHistograms`.
  mutating func drawHistogramKey(_ histograms: [(title: String, color: String)]) {
    drawKey(
      histograms.enumerated().map { index, entry in
        let look = index == 0 ? "filledcurves y=2 \(Self.wash)" : "lines lw 1.8"
        return (entry.title, "\(look) lc rgb \(entry.color)")
      })
  }

  /// Histograms of one quantity: the first one filled, the others as lines over it.
  ///
  /// On a logarithmic axis they show numbers of rows, from one half; on a linear axis, densities.
  mutating func drawHistograms(
    _ histograms: [(name: String, histogram: Histogram, color: String)], panel: Panel,
    at place: PanelGrid.Place
  ) {
    guard let first = histograms.first else { return }
    var panel = panel
    let showsRows = panel.y.isLogarithmic
    let heights = histograms.map {
      showsRows ? $0.histogram.counts.map(Double.init) : $0.histogram.density
    }
    let source = add(
      DataBlock(
        panel.title.isEmpty ? panel.x.label : panel.title,
        columns: ["edge"] + histograms.map { "\(showsRows ? "rows" : "density")_\($0.name)" },
        values: [first.histogram.outlineEdges] + heights.map { Histogram.outline($0) }))
    for (index, entry) in histograms.enumerated() {
      let column = index + 2
      let height = showsRows ? "($\(column) > 0.5 ? $\(column) : 0.5)" : "\(column)"
      let style = index == 0 ? "fillsteps \(Self.wash)" : "steps lw 1.8"
      panel.plots.append("\(source) using 1:\(height) with \(style) lc rgb \(entry.color) notitle")
    }
    panel.x.range = panel.x.range ?? first.histogram.range
    let highest = heights.flatMap(\.self).max() ?? 0
    panel.y.range = showsRows ? 0.5...max(20, 2 * highest) : 0...(highest > 0 ? 1.12 * highest : 1)
    draw(panel, at: place)
  }
}
