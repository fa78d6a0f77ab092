import Evaluation
import Glibc
import Text

extension Figure {
  static let exactWeights = Figure(
    name: "exact-weights", group: .exact, title: "Weights of exact geometries",
    caption: """
      Left, the share of an event's samples that is nearest to a geometry, against its exact weight: \
      on the diagonal the model knows how probable each geometry is. Right, how many of the \
      geometries with such a share are the true one, in ten bins, with 95 % intervals. The model may \
      be calibrated on the right and still not know what the left asks: which of two geometries is \
      more probable.
      """,
    compose: { content throws(NothingToDraw) in
      let rows = try content.exactRows()
      guard let family = content.exact?.family else {
        throw NothingToDraw(
          "weights need the distribution of the geometries of the data: add --family random, "
            + "equilibrium, oriented or none")
      }
      guard content.exact?.weights != nil else {
        throw NothingToDraw("the model is deterministic: its single prediction has no shares")
      }
      let several = rows.filter { $0.geometries.count > 1 && $0.isPossible }
      guard !several.isEmpty else { throw NothingToDraw("no event has several geometries") }
      return ExactWeights(rows: several, family: family).compose()
    })
}

/// Shares of samples beside weights, of events with several geometries.
struct ExactWeights {
  let rows: [ExactRow]
  let family: String

  func compose() -> Composition {
    let pairs = rows.flatMap(WeightScores.Pair.all)
    var canvas = Canvas("exact-weights", height: 460)
    let grid = PanelGrid(
      canvas.script, rows: 1, columns: 2, margins: (92, 24, 44, 62), gap: (178, 0))
    let density = DensityGrid(
      pairs.map(\.weight), pairs.map(\.share), xRange: 0...1, yRange: 0...1, bins: 40)
    let scale = DensityScale([density]).settings(
      canvas.script, x: 92 + grid.box.width + 18, y: 62, height: grid.box.height,
      label: "geometries per cell")
    canvas.drawAgreement(
      density, title: "Share of samples against weight",
      labels: ("exact weight", "share of samples"), lines: scale, at: grid.place(0))
    canvas.draw(calibration(&canvas), at: grid.place(1))
    return canvas.composition(
      "Shares of samples near exact geometries, and the weights of these",
      remarks: [
        "\(Numbers.count(pairs.count, "geometry", "geometries")) with a weight or a share "
          + "above 1 %, of \(Numbers.count(grouped: rows.count, "event")) with several. The weights "
          + "follow from --family \(family)."
      ])
  }

  private func calibration(_ canvas: inout Canvas) -> Panel {
    let bins = WeightBin.all(rows).filter { $0.count > 0 }
    let source = canvas.add(
      "calibration of shares",
      [
        "share": bins.map(\.share), "frequency": bins.map(\.frequency),
        "half_interval": bins.map {
          RankCurve.coverageBand(level: $0.share, rows: $0.count)
        }, "geometries": bins.map { Double($0.count) },
      ])
    var panel = Panel(title: "How many are the true geometry")
    panel.x = .init(label: "share of samples", range: 0...1)
    panel.y = .init(label: "share that is the true geometry", range: 0...1)
    panel.lines = [Panel.line(from: (0, 0), to: (1, 1), "lc rgb ink lw 0.8 dt (6,4)")]
    panel.plots = [
      "\(source) using 1:2:3 with yerrorbars pt 7 ps 0.7 lw 1.4 lc rgb blue notitle"
    ]
    return panel
  }
}
