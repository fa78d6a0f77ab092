/// The Newton plot and the Dalitz plot.
extension MomentumShares {
  func compose(_ atoms: [String]) -> Composition {
    var canvas = Canvas("newton", height: 454)
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: 2, margins: (92, 112, 38, 64), gap: (92, 0))
    let ratio = grid.box.width / grid.box.height
    let (x, height) = frame(ratio)
    let newtonCells = DensityGrid(
      newton.x, newton.y, xRange: x, yRange: -height / 2...height / 2, bins: 120)
    let dalitzCells = dalitzGrid(ratio)
    let scale = DensityScale([newtonCells, dalitzCells])
    canvas.draw(
      newtonPanel(newtonCells, &canvas, scale: scale, boxHeight: grid.box.height, atoms),
      at: grid.place(0))
    canvas.script.add(DensityScale.drawn)
    canvas.draw(dalitzPanel(dalitzCells, &canvas, atoms), at: grid.place(1))
    return canvas.composition(
      "Newton plot: momenta relative to that of the last ion; Dalitz plot: fractions of the kinetic energy",
      remarks: [
        Labels.left(left, of: left + dalitz.x.count, because: "rows have no usable momenta"),
        Labels.left(
          newtonCells.outside + dalitzCells.outside, of: 3 * dalitz.x.count,
          because: "points lie outside the panels"),
      ])
  }

  /// The range along the last ion's momentum, and the height across: nearly all events.
  private func frame(_ ratio: Double) -> (x: ClosedRange<Double>, height: Double) {
    let reach = Spread.range(newton.y.map(abs), tail: 0.005, margin: 0.1)?.upperBound ?? 1
    let low = Spread.range(newton.x, tail: 0.005, margin: 0.1)?.lowerBound ?? -1
    let left = max(-2.5, min(-0.2, low - 0.1))
    let height = max(2 * min(2.5, max(0.6, reach)), (1.15 - left) / ratio)
    let (middle, half) = ((left + 1.15) / 2, height * ratio / 2)
    return (middle - half...middle + half, height)
  }

  private func newtonPanel(
    _ cells: DensityGrid, _ canvas: inout Canvas, scale: DensityScale, boxHeight: Double,
    _ atoms: [String]
  ) -> Panel {
    let source = canvas.add(cells.block("Newton plot", columns: ["along", "across"]))
    var panel = Panel(title: "Newton plot: \(atoms[0]) above, \(atoms[1]) below")
    panel.x = .init(label: "p∥ / |p(\(atoms[2]))|", range: cells.xRange)
    panel.y = .init(label: "p⊥ / |p(\(atoms[2]))|", range: cells.yRange)
    panel.lines =
      scale.settings(
        canvas.script, x: 864, y: 64, height: boxHeight, label: "ions or events per cell")
      + [
        "set arrow from 0,0 to 1,0 front filled head size graph 0.03,20 lc rgb ink lw 2",
        "set label \(Script.quote(atoms[2])) at 0.9,graph 0.56 front center tc rgb ink",
        Panel.line(
          from: (cells.xRange.lowerBound, 0), to: (cells.xRange.upperBound, 0),
          "lc rgb axis lw 0.6", isInFront: true),
      ]
    panel.plots = ["\(source) using 1:2:3 with image notitle"]
    return panel
  }

  private func dalitzGrid(_ ratio: Double) -> DensityGrid {
    let height = max(1.1, 1.25 / ratio)
    return DensityGrid(
      dalitz.x, dalitz.y, xRange: -height * ratio / 2...height * ratio / 2,
      yRange: 0.15 - height / 2...0.15 + height / 2, bins: 110)
  }

  private func dalitzPanel(
    _ cells: DensityGrid, _ canvas: inout Canvas, _ atoms: [String]
  ) -> Panel {
    let source = canvas.add(cells.block("Dalitz plot", columns: ["across", "up"]))
    let curve = Self.boundary(masses: masses, points: 240)
    let boundary = canvas.add("parallel momenta", ["across": curve.x, "up": curve.y])
    let (a, b) = (1 / 3.0.squareRoot(), 1.0 / 3)
    let triangle = canvas.add(
      "fractions add up to one", ["across": [-a, a, 0, -a], "up": [-b, -b, 2 * b, -b]])
    var panel = Panel(title: "Dalitz plot")
    panel.x = .init(label: "(ε(\(atoms[1])) − ε(\(atoms[2]))) / √3", range: cells.xRange)
    panel.y = .init(label: "ε(\(atoms[0])) − 1/3", range: cells.yRange)
    panel.plots = [
      "\(source) using 1:2:3 with image notitle",
      "\(triangle) using 1:2 with lines lw 0.8 dt (6,4) lc rgb axis notitle",
      "\(boundary) using 1:2 with lines lw 1.4 lc rgb ink notitle",
    ]
    return panel
  }
}
