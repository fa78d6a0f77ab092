import Evaluation
import Physics

extension Figure {
  static let energy = Figure(
    name: "energy", group: .energy, title: "Energy balance",
    caption: """
      For ions that start at rest the kinetic energy of the measured momenta equals the potential \
      energy of the geometry. This check does not need the true positions, and holds for every \
      exact solution.
      """,
    compose: { content throws(NothingToDraw) in
      let balance = try EnergyBalance(content.evaluated)
      var canvas = Canvas("energy", height: 450)
      let grid = PanelGrid(
        canvas.script, rows: 1, columns: 2, margins: (84, 24, 70, 66), gap: (210, 0))
      let cells = balance.grid
      let scale = DensityScale([cells])
      canvas.drawAgreement(
        cells, title: "One sample",
        labels: ("kinetic energy of the momenta (hartree)", "potential energy (hartree)"),
        lines: scale.settings(
          canvas.script, x: 84 + grid.box.width + 14, y: 66, height: grid.box.height),
        at: grid.place(0))
      let histograms = balance.histograms
      canvas.drawHistogramKey([
        ("mean of samples (right)", "vermilion"), ("one sample (right)", "blue"),
      ])
      var panel = Panel(title: "")
      panel.x.label = "(kinetic − potential) / kinetic"
      panel.y = .init(label: "rows per bin", isLogarithmic: true)
      canvas.drawHistograms(
        [
          ("mean", histograms.mean, "vermilion"), ("sample", histograms.single, "blue"),
        ], panel: panel, at: grid.place(1))
      let outside = [cells.outside, histograms.single.outside, histograms.mean.outside]
      return canvas.composition(
        "Kinetic energy of momenta and potential energy of predictions, hartree",
        remarks: [
          Labels.left(
            cells.notFinite, of: content.evaluated.count, because: "samples have no finite energy"),
          Labels.left(
            outside.max() ?? 0, of: content.evaluated.count, because: "rows lie outside a panel"),
        ])
    })
}

/// Energies of all rows, hartree.
struct EnergyBalance {
  let kinetic, single, mean: [Double]

  init(_ evaluated: EvaluatedRows) throws(NothingToDraw) {
    let (molecule, width) = (evaluated.molecule, evaluated.molecule.width)
    func rows(_ values: [Float], _ energy: ([Double], Int) -> Double) -> [Double] {
      (0..<evaluated.count).map { row in
        energy(values[row * width..<(row + 1) * width].map(Double.init), row)
      }
    }
    func potential(_ x: [Double], _ row: Int) -> Double {
      Energy.potential(x, charges: evaluated.charges(ofRow: row))
    }
    kinetic = rows(evaluated.momenta) { p, _ in Energy.kinetic(p, masses: molecule.masses) }
    single = rows(evaluated.single, potential)
    mean = rows(evaluated.mean, potential)
    guard zip(kinetic, single).contains(where: { $0.isFinite && $1.isFinite }) else {
      throw NothingToDraw("no row has finite energies")
    }
  }

  var grid: DensityGrid {
    let range = Spread.range(kinetic, tail: 0.0005, margin: 0.15) ?? 0...1
    return DensityGrid(kinetic, single, xRange: range, yRange: range, bins: 70)
  }

  var histograms: (single: Histogram, mean: Histogram) {
    func balances(_ potential: [Double]) -> [Double] {
      zip(kinetic, potential).map { ($0 - $1) / $0 }
    }
    let (a, b) = (balances(single), balances(mean))
    let reach = min(1, max(1e-9, Spread.range((a + b).map(abs), tail: 0.002)?.upperBound ?? 1))
    let bins = 81
    return (
      Histogram(a, range: -reach...reach, bins: bins),
      Histogram(b, range: -reach...reach, bins: bins)
    )
  }
}
