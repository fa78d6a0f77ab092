import Evaluation
import Physics
import Text

extension Figure {
  static let recovery = Figure(
    name: "recovery", group: .recovery, title: "True and predicted coordinates",
    caption: """
      Coordinates of the mean of all samples against the true ones; color is the number of rows, \
      on a logarithmic scale. Perfect predictions lie on the diagonal; a second branch is a second \
      geometry with the same momenta.
      """,
    compose: { content throws(NothingToDraw) in try RecoveryPanels(content).compose() })
}

/// A panel for each coordinate.
struct RecoveryPanels {
  private let names: [String]
  private let grids: [DensityGrid]
  private let agreements: [Agreement]
  private let rows: Int
  private let notFinite: Int

  init(_ content: ReportContent) throws(NothingToDraw) {
    let evaluated = content.evaluated
    let width = evaluated.molecule.width
    (names, rows) = (Labels.columns(evaluated.molecule), evaluated.count)
    notFinite = Rows.notFinite(evaluated.mean, width: width)
    var grids: [DensityGrid] = []
    var agreements: [Agreement] = []
    for c in 0..<width {
      let truth = Rows.column(evaluated.truth, c, width: width)
      let predicted = Rows.column(evaluated.mean, c, width: width)
      guard let range = Spread.range(truth, tail: 0.0005), predicted.contains(where: \.isFinite)
      else { throw NothingToDraw("no prediction is a finite number") }
      grids.append(DensityGrid(truth, predicted, xRange: range, yRange: range, bins: 60))
      agreements.append(Agreement(predicted: predicted, truth: truth))
    }
    guard agreements.contains(where: { $0.determination != nil }) else {
      throw NothingToDraw("every coordinate is constant in all \(rows) rows")
    }
    (self.grids, self.agreements) = (grids, agreements)
  }

  func compose() -> Composition {
    var canvas = Canvas("recovery", height: 70 + 300 * (names.count / 3))
    let grid = PanelGrid(
      canvas.script, rows: names.count / 3, columns: 3, margins: (84, 104, 36, 60), gap: (54, 76))
    let scale = DensityScale(grids)
    for (c, name) in names.enumerated() {
      let labels = (
        x: c / 3 == names.count / 3 - 1 ? "true (bohr)" : "",
        y: c % 3 == 0 ? "predicted (bohr)" : ""
      )
      let settings =
        c > 0 ? [] : scale.settings(canvas.script, x: 876, y: 60, height: grid.box.height)
      canvas.drawAgreement(
        grids[c], title: title(name, agreements[c]), labels: labels, lines: settings,
        at: grid.place(c))
    }
    let outside = grids.map(\.outside).reduce(0, +)
    return canvas.composition(
      "True and predicted coordinates: rows in cells of \(names.count) grids",
      "true, predicted: center of the cell, bohr; rows: number of rows in it",
      remarks: [
        Labels.left(notFinite, of: rows, because: "predictions are not finite"),
        Labels.left(
          outside, of: rows * names.count, because: "coordinates lie outside the panels"),
      ])
  }

  private func title(_ name: String, _ agreement: Agreement) -> String {
    guard let share = agreement.determination else { return "\(name) · constant" }
    return "\(name) · R² \(Numbers.fixed(share, digits: 3)) · RMSE \(Labels.short(agreement.error))"
  }
}
