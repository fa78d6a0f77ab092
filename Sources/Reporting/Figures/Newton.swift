import Physics
import Evaluation
import Glibc

extension Figure {
  static let newton = Figure(
    name: "newton", group: .geometry, title: "Newton and Dalitz plots",
    caption: """
      How the measured momenta share direction and energy. Left, each event is turned and scaled so \
      that the momentum of the last ion is the arrow; the first ion lies above and the second one \
      below. Right, shares ε of the kinetic energy; momenta that add up to zero stay within the \
      solid curve, a circle for equal masses, on which all three lie in a line.
      """,
    compose: { content throws(NothingToDraw) in
      try requireTriangle(content.judged.molecule)
      let shares = MomentumShares(content.judged)
      guard !shares.newton.x.isEmpty else {
        throw NothingToDraw("no row has finite momenta that are not zero")
      }
      return shares.compose(Labels.atoms(content.judged.molecule))
    })
}

/// Momenta of three ions in a plane, and their shares of the kinetic energy.
struct MomentumShares {
  private(set) var newton: (x: [Double], y: [Double]) = ([], [])
  private(set) var dalitz: (x: [Double], y: [Double]) = ([], [])
  private let masses: [Double]
  private var left = 0

  init(_ judged: JudgedRows) {
    masses = judged.molecule.masses
    for triangle in Triangle.all(judged.momenta) {
      let p = triangle.atoms
      guard triangle.isFinite, p[2].size > 0 else {
        left += 1
        continue
      }
      // Momenta, not places: the origin is zero, and the third one is the axis.
      let plane = Plane(origin: .zero, along: p[2], towards: p[0])
      for ion in p[..<2] {
        let place = plane(ion)
        newton.x.append(place.x / p[2].size)
        newton.y.append(place.y / p[2].size)
      }
      let energies = zip(p, masses).map { $0.dot($0) / $1 }
      let place = Self.place(energies)
      dalitz.x.append(place.x)
      dalitz.y.append(place.y)
    }
  }

  /// `((ε₂ − ε₃)/√3, ε₁ − 1/3)`, where ε are shares. On each side of the triangle one ion has
  /// nothing.
  static func place(_ energies: [Double]) -> (x: Double, y: Double) {
    let sum = energies.reduce(0, +)
    return ((energies[1] - energies[2]) / sum / 3.0.squareRoot(), energies[0] / sum - 1.0 / 3)
  }

  /// Where momenta in a line that add up to zero lie. For equal masses this is the circle of
  /// radius 1/3.
  static func boundary(masses: [Double], points: Int) -> (x: [Double], y: [Double]) {
    let places = (0...points).map { point in
      let angle = Double(point) / Double(points) * .pi
      let p = [cos(angle), sin(angle), -cos(angle) - sin(angle)]
      return place(zip(p, masses).map { $0 * $0 / $1 })
    }
    return (places.map(\.x), places.map(\.y))
  }

  func compose(_ atoms: [String]) -> Composition {
    var canvas = Canvas("newton", height: 440)
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: 2, margins: (92, 112, 24, 64), gap: (92, 0))
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
      "Newton plot: momenta over that of the last ion; Dalitz plot: shares of the kinetic energy",
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
    var panel = Panel()
    panel.x = .init(label: "p∥ / |p(\(atoms[2]))|", range: cells.xRange)
    panel.y = .init(label: "p⊥ / |p(\(atoms[2]))|", range: cells.yRange)
    let (top, bottom) = ("0.04,0.94", "0.04,0.06")
    panel.lines =
      scale.settings(
        canvas.script, x: 864, y: 64, height: boxHeight, label: "ions or events per cell")
      + [
        "set arrow from 0,0 to 1,0 front filled head size graph 0.03,20 lc rgb ink lw 2",
        "set label \(Script.quote(atoms[2])) at 0.9,graph 0.56 front center tc rgb ink",
        "set label \(Script.quote("\(atoms[0]) above")) at graph \(top) front tc rgb ink",
        "set label \(Script.quote("\(atoms[1]) below")) at graph \(bottom) front tc rgb ink",
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
    let boundary = canvas.add("momenta in a line", ["across": curve.x, "up": curve.y])
    let (a, b) = (1 / 3.0.squareRoot(), 1.0 / 3)
    let triangle = canvas.add(
      "shares add up to one", ["across": [-a, a, 0, -a], "up": [-b, -b, 2 * b, -b]])
    var panel = Panel()
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
