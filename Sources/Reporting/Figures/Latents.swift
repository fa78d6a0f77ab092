import Evaluation
import Glibc

extension Figure {
  static let latent = Figure(
    name: "latent", group: .posterior, title: "Latent space",
    caption: """
      Distribution of z over rows of data (filled) and the standard normal distribution (line). \
      Where the two differ, samples come from values of z on which the decoder was not trained. \
      Below, the mean and standard deviation of every latent variable, which should be 0 and 1.
      """,
    compose: { content throws(NothingToDraw) in
      guard let latent = content.latent, latent.width > 0 else {
        throw NothingToDraw("the model has no latent variables")
      }
      let columns = (0..<latent.width).map {
        Rows.column(latent.values, $0, width: latent.width).filter(\.isFinite)
      }
      let shown = Array(columns.indices.filter { !columns[$0].isEmpty }.prefix(9))
      guard !shown.isEmpty else { throw NothingToDraw("no latent is a finite number") }
      let wide = shown.count <= 5 ? shown.count : (shown.count + 1) / 2
      let lines = (shown.count + wide - 1) / wide
      var canvas = Canvas("latent", height: 300 + 210 * lines)
      let grid = PanelGrid(
        canvas.script, rows: lines, columns: wide, margins: (92, 20, 70, 250), gap: (36, 74))
      canvas.drawKey([
        ("rows of data", "filledcurves y=2 \(Canvas.wash) lc rgb blue"),
        ("standard normal", "lines lw 1.6 lc rgb ink"),
      ])
      let height = shown.map { LatentPanels.histogram(columns[$0]).density.max() ?? 0 }.max() ?? 0
      for (index, latentIndex) in shown.enumerated() {
        let panel = LatentPanels.histogram(
          columns[latentIndex], number: latentIndex + 1, height: height,
          isLeft: index % wide == 0, &canvas)
        canvas.draw(panel, at: grid.place(index))
      }
      let strip = PanelGrid(
        canvas.script, rows: 1, columns: 1,
        margins: (92, 20, Double(canvas.script.height) - 190, 60), gap: (0, 0))
      canvas.draw(LatentPanels.strip(latent, &canvas), at: strip.place(0))
      return canvas.composition(
        "z of rows of data, without unit",
        remarks: [
          latent.activeUnits.map { "The encoder uses \($0) of \(latent.width) latents." },
          shown.count < latent.width
            ? "Histograms of \(shown.count) of \(latent.width) latents are shown." : nil,
        ])
    })
}

enum LatentPanels {
  static func histogram(_ values: [Double]) -> Histogram {
    Histogram(values, range: -4...4, bins: Histogram.bins(for: values.count))
  }

  static func histogram(
    _ values: [Double], number: Int, height: Double, isLeft: Bool,
    _ canvas: inout Canvas
  ) -> Panel {
    let histogram = histogram(values)
    let source = canvas.add(
      "z\(number)",
      ["edge": histogram.outlineEdges, "density": Histogram.outline(histogram.density)])
    var panel = Panel(title: "z\(number)")
    panel.x = .init(range: -4...4, ticks: "2")
    panel.y = .init(
      label: isLeft ? "density" : "", range: 0...max(0.45, 1.1 * height))
    panel.lines = ["set format y '\(isLeft ? "%h" : "")'"]
    panel.plots = [
      "\(source) using 1:2 with fillsteps \(Canvas.wash) lc rgb blue notitle",
      "exp(-x**2 / 2) / sqrt(2 * pi) with lines lw 1.6 lc rgb ink notitle",
    ]
    return panel
  }

  /// Mean and standard deviation of each latent variable.
  static func strip(_ latent: LatentStatistics, _ canvas: inout Canvas) -> Panel {
    let numbers = (1...latent.width).map(Double.init)
    let source = canvas.add(
      "all latents",
      ["latent": numbers, "mean": latent.mean, "standard_deviation": latent.standardDeviation])
    let ends = zip(latent.mean, latent.standardDeviation).flatMap { [abs($0 - $1), abs($0 + $1)] }
    let reach = max(1.5, 1.15 * (ends.filter(\.isFinite).max() ?? 1))
    let right = Double(latent.width) + 0.5
    var panel = Panel()
    panel.x = .init(
      label: "latent", range: 0.5...right,
      ticks: "\(Ticks.wholeStep(Double(latent.width), count: 16))")
    panel.y = .init(label: "mean ± standard deviation", range: -reach...reach)
    panel.lines = ["set format y '%h'"]
    panel.lines += [-1.0, 0, 1].map {
      Panel.line(
        from: (0.5, $0), to: (right, $0), "lc rgb axis lw 0.8 \($0 == 0 ? "" : "dt (6,4)")",
        isInFront: false)
    }
    panel.plots = ["\(source) using 1:2:3 with yerrorbars pt 7 ps 0.7 lw 1.6 lc rgb blue notitle"]
    return panel
  }
}
