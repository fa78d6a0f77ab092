import Evaluation
import Physics
import Text

extension Figure {
  static let geometry = Figure(
    name: "geometry", group: .geometry, title: "Bonds and angles",
    caption: """
      The shape of the molecule, without its position and orientation. Above, the mean of all \
      samples against the true value: far from the diagonal it lies between several geometries with \
      the same momenta. Below, the distributions of one sample per row (line) and of the true \
      values (filled).
      """,
    compose: { content throws(NothingToDraw) in try ShapePanels(content.evaluated).compose() })
}

/// Two panels for each bond and for each angle.
struct ShapePanels {
  private let coordinates: [Molecule.ShapeCoordinate]
  private let leftOut: Int
  private let truth, mean, single: [[Double]]
  private let grids: [DensityGrid]

  init(_ evaluated: EvaluatedRows) throws(NothingToDraw) {
    let molecule = evaluated.molecule
    let all = molecule.shapeCoordinates
    guard !all.isEmpty else { throw NothingToDraw("the molecule has no bonds") }
    coordinates = Array(all.prefix(Self.most))
    leftOut = all.count - coordinates.count
    let (truth, mean) = (molecule.shapes(evaluated.truth), molecule.shapes(evaluated.mean))
    (self.truth, self.mean, single) = (truth, mean, molecule.shapes(evaluated.single))
    var grids: [DensityGrid] = []
    for c in coordinates.indices {
      guard let range = Spread.range(truth[c], tail: 0.0005), mean[c].contains(where: \.isFinite)
      else { throw NothingToDraw("no prediction has a finite shape") }
      let limits =
        coordinates[c].isAngle ? max(0, range.lowerBound)...min(180, range.upperBound) : range
      grids.append(DensityGrid(truth[c], mean[c], xRange: limits, yRange: limits, bins: 60))
    }
    self.grids = grids
  }

  /// The largest number of bonds and angles, three in a row.
  private static let most = 12

  func compose() -> Composition {
    let rows = 2 * ((coordinates.count + 2) / 3)
    let height = 32 + 311 * rows
    var canvas = Canvas("geometry", height: height)
    let grid = PanelGrid(
      canvas.script, rows: rows, columns: min(3, coordinates.count), margins: (84, 104, 64, 60),
      gap: (58, 92))
    canvas.drawHistogramKey([("true (below)", "grey"), ("one sample (below)", "blue")])
    let scale = DensityScale(grids).settings(
      canvas.script, x: 876, y: Double(height) - 64 - grid.box.height, height: grid.box.height)
    var outside = grids.map(\.outside).reduce(0, +)
    for (c, coordinate) in coordinates.enumerated() {
      let (name, unit) = (coordinate.label, coordinate.unit)
      let error = Labels.short(Agreement(predicted: mean[c], truth: truth[c]).error)
      canvas.drawAgreement(
        grids[c], title: "\(name) · RMSE \(error)\(coordinate.isAngle ? "°" : " " + unit)",
        labels: ("true (\(unit))", c % 3 == 0 ? "predicted" : ""), lines: c == 0 ? scale : [],
        at: grid.place(row: 2 * (c / 3), column: c % 3))
      let bins = Histogram.bins(for: truth[c].count)
      let histograms = [truth[c], single[c]].map {
        Histogram($0, range: grids[c].xRange, bins: bins)
      }
      outside += histograms[1].outside
      var panel = Panel()
      panel.x.label = "\(name) (\(unit))"
      panel.y.label = c % 3 == 0 ? "probability density" : ""
      canvas.drawHistograms(
        [("true", histograms[0], "grey"), ("sample", histograms[1], "blue")], panel: panel,
        at: grid.place(row: 2 * (c / 3) + 1, column: c % 3))
    }
    return canvas.composition(
      "Bond lengths (bohr) and angles (degrees), true and predicted",
      remarks: [
        Labels.left(
          outside, of: 2 * coordinates.count * truth[0].count,
          because: "values lie outside the panels"),
        leftOut > 0 ? "The last \(leftOut) bonds and angles are left out." : nil,
      ])
  }
}
