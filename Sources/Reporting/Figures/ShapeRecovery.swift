import Evaluation
import Physics
import Text

extension Figure {
  static let geometry = Figure(
    name: "geometry", group: .geometry, title: "Bonds and angle",
    caption: """
      The shape of the molecule, without its position and orientation. Above, the mean of all \
      samples against the true value: far from the diagonal it lies between several geometries with \
      the same momenta. Below, the distributions of one sample per row (line) and of the true \
      values (filled).
      """,
    compose: { content throws(NothingToDraw) in try ShapePanels(content.evaluated).compose() })
}

/// Two panels for each bond and for the angle.
struct ShapePanels {
  private let labels: [(name: String, unit: String)]
  private let truth, mean, single: [[Double]]
  private let grids: [DensityGrid]

  init(_ evaluated: EvaluatedRows) throws(NothingToDraw) {
    try requireTriangle(evaluated.molecule)
    labels = Labels.shape(evaluated.molecule)
    let (truth, mean) = (Triangle.shapes(evaluated.truth), Triangle.shapes(evaluated.mean))
    (self.truth, self.mean, single) = (truth, mean, Triangle.shapes(evaluated.single))
    var grids: [DensityGrid] = []
    for c in 0..<3 {
      guard let range = Spread.range(truth[c], tail: 0.0005), mean[c].contains(where: \.isFinite)
      else { throw NothingToDraw("no prediction has a finite shape") }
      let limits = c == 2 ? max(0, range.lowerBound)...min(180, range.upperBound) : range
      grids.append(DensityGrid(truth[c], mean[c], xRange: limits, yRange: limits, bins: 60))
    }
    self.grids = grids
  }

  func compose() -> Composition {
    var canvas = Canvas("geometry", height: 640)
    let grid = PanelGrid(
      canvas.script, rows: 2, columns: 3, margins: (84, 104, 64, 60), gap: (58, 78))
    canvas.drawHistogramKey([("true (below)", "grey"), ("one sample (below)", "blue")])
    let scale = DensityScale(grids).settings(
      canvas.script, x: 876, y: 640 - 64 - grid.box.height, height: grid.box.height)
    var outside = grids.map(\.outside).reduce(0, +)
    for (c, (name, unit)) in labels.enumerated() {
      let error = Labels.short(Agreement(predicted: mean[c], truth: truth[c]).error)
      canvas.drawAgreement(
        grids[c], title: "\(name) · RMSE \(error)\(c == 2 ? "°" : " " + unit)",
        labels: ("true (\(unit))", c == 0 ? "predicted" : ""), lines: c == 0 ? scale : [],
        at: grid.place(row: 0, column: c))
      let bins = Histogram.bins(for: truth[c].count)
      let histograms = [truth[c], single[c]].map {
        Histogram($0, range: grids[c].xRange, bins: bins)
      }
      outside += histograms[1].outside
      var panel = Panel()
      panel.x.label = "\(name) (\(unit))"
      panel.y.label = c == 0 ? "probability density" : ""
      canvas.drawHistograms(
        [("true", histograms[0], "grey"), ("sample", histograms[1], "blue")], panel: panel,
        at: grid.place(row: 1, column: c))
    }
    return canvas.composition(
      "Bond lengths (bohr) and angle (degrees), true and predicted",
      remarks: [
        Labels.left(outside, of: 6 * truth[0].count, because: "values lie outside the panels")
      ])
  }
}

/// Refuses molecules that do not have three atoms.
func requireTriangle(_ molecule: Molecule) throws(NothingToDraw) {
  guard molecule.atoms == 3 else {
    throw NothingToDraw("the molecule has \(Numbers.count(molecule.atoms, "atom")), not three")
  }
}
