import Evaluation
import Physics
import Text

extension Figure {
  static let exactGeometries = Figure(
    name: "exact-geometries", group: .exact, title: "Exact geometries and samples of single events",
    caption: """
      Every geometry that explodes into an event's momenta (thick, a color each), the true one with \
      circles and letters, and posterior samples (thin) in the color of the nearest geometry; gray \
      where it is farther than 0.5 bohr. All lie in the plane of the momenta.
      """,
    compose: { content throws(NothingToDraw) in
      let rows = try content.exactRows()
      guard let posterior = content.exact?.posterior else { throw NothingToDraw("no samples") }
      let events = ExactPicture.chosen(rows, of: posterior)
      return ExactPicture.compose(events, of: posterior.molecule)
    })
}

/// The exact geometries and the samples of one event in the plane of the true molecule.
struct ExactPicture {
  private typealias Place = (x: Double, y: Double)

  private let title: String
  private let geometries: [(atoms: [Place], label: String)]
  private let truth: [Place]
  /// Samples with the geometry that they are near, or none.
  private let samples: [(atoms: [Place], geometry: Int?)]

  /// Largest number of samples per event.
  private static let mostSamples = 60
  private static let colors = ["blue", "vermilion", "green", "purple", "orange", "sky"]

  /// Six events with several geometries, from the most bent to the straightest; others where there
  /// are not so many.
  static func chosen(_ rows: [ExactRow], of posterior: PosteriorSamples) -> [ExactPicture] {
    let width = posterior.molecule.width
    func counted(_ row: ExactRow) -> Int {
      shown(row, posterior).count
    }
    func value(_ row: ExactRow) -> Double {
      posterior.molecule.mainCoordinate?.value(
        posterior.truth[row.row * width..<(row.row + 1) * width].map(Double.init)) ?? 0
    }
    let several = rows.filter { counted($0) > 1 }
    let few = several.count < 6 ? several + rows.filter { counted($0) < 2 }.prefix(6) : several
    let kept = several.count < 6 ? Array(few.prefix(6)) : few
    let sorted = kept.map { (row: $0, value: value($0)) }.sorted { $0.value < $1.value }
    let count = min(6, sorted.count)
    return (0..<count).map { index in
      ExactPicture(sorted[(2 * index + 1) * sorted.count / (2 * count)].row, posterior)
    }
  }

  /// The geometries of an event that a picture shows: the true one, and those that count.
  private static func shown(_ row: ExactRow, _ posterior: PosteriorSamples) -> [Int] {
    let shares = row.shares
    let size = { (k: Int) in row.geometries[k].map(abs).max() ?? 0 }
    let usual = row.truth.map { 2 * size($0) } ?? .infinity
    return row.geometries.indices.filter { k in
      let counts = row.weights.isEmpty ? size(k) < usual : row.weights[k] > WeightScores.least
      return counts || shares[k] > WeightScores.least || row.truth == k
    }.sorted { shares[$0] > shares[$1] }
  }

  private init(_ row: ExactRow, _ posterior: PosteriorSamples) {
    let (molecule, samples) = (posterior.molecule, posterior.samples)
    let truth = AtomPlaces(posterior.truth, row: row.row, atoms: molecule.atoms)
    let plane = Plane(truth, of: molecule)
    let shares = row.shares
    let shown = Self.shown(row, posterior)
    geometries = shown.map { k in
      let x = row.geometries[k]
      let weight = row.weights.isEmpty ? "" : "weight \(Numbers.fixed(row.weights[k], digits: 2)), "
      return (
        atoms: (0..<molecule.atoms).map { plane(SIMD3(x[3 * $0], x[3 * $0 + 1], x[3 * $0 + 2])) },
        label: "\(weight)samples \(Numbers.fixed(shares[k], digits: 2))"
      )
    }
    self.truth = truth.atoms.map { plane($0) }
    self.samples = (0..<min(Self.mostSamples, samples)).map { sample in
      let places = AtomPlaces(
        posterior.values, row: row.row * samples + sample, atoms: molecule.atoms)
      let isNear = row.distances[sample] <= ExactRow.sampleDistance
      return (
        atoms: places.atoms.map { plane($0) },
        geometry: isNear ? shown.firstIndex(of: row.nearest[sample]) : nil
      )
    }
    let count = Numbers.count(row.geometries.count, "geometry", "geometries")
    title = "event \(posterior.rows[row.row] + 1): \(count)"
  }
}

extension ExactPicture {
  static func compose(_ events: [ExactPicture], of molecule: Molecule) -> Composition {
    let columns = min(3, events.count)
    let rows = (events.count + columns - 1) / columns
    var canvas = Canvas("exact-geometries", height: 44 + 62 + (rows - 1) * 76 + rows * 300)
    let grid = PanelGrid(
      canvas.script, rows: rows, columns: columns, margins: (84, 20, 44, 62), gap: (46, 76))
    for (index, event) in events.enumerated() {
      var panel = Panel(title: event.title)
      let ranges = event.ranges(grid.box)
      panel.x = .init(label: index / columns == rows - 1 ? "x (bohr)" : "", range: ranges.x)
      panel.y = .init(label: index % columns == 0 ? "y (bohr)" : "", range: ranges.y)
      panel.key = "inside top left Left reverse samplen 1 font ',11'"
      panel.plots = event.plots(
        &canvas, molecule,
        letterDistance: 16 * (ranges.x.upperBound - ranges.x.lowerBound) / grid.box.width)
      canvas.draw(panel, at: grid.place(index))
    }
    return canvas.composition(
      "Atoms in the plane of the true molecule, bohr from its center of mass",
      "a line for each bond",
      remarks: ["Up to \(mostSamples) samples of each event are shown."])
  }

  /// Ranges with one scale that hold all geometries, nearly all samples, and a key above them.
  private func ranges(
    _ box: (width: Double, height: Double)
  ) -> (x: ClosedRange<Double>, y: ClosedRange<Double>) {
    func range(_ axis: (Place) -> Double) -> (low: Double, high: Double) {
      let exact = (geometries.flatMap(\.atoms) + truth).map(axis)
      let most = Spread.range(samples.flatMap(\.atoms).map(axis), tail: 0.02, margin: 0)
      let all = exact + (most.map { [$0.lowerBound, $0.upperBound] } ?? [])
      return (all.min() ?? 0, all.max() ?? 1)
    }
    let (x, y) = (range(\.x), range(\.y))
    let key = 22 * Double(geometries.count) + 8
    let unit = max(
      (x.high - x.low) / (box.width - 60), (y.high - y.low) / (box.height - 60 - key), 1e-3)
    let middle = ((x.low + x.high) / 2, (y.low + y.high) / 2 + unit * key / 2)
    return (
      middle.0 - unit * box.width / 2...middle.0 + unit * box.width / 2,
      middle.1 - unit * box.height / 2...middle.1 + unit * box.height / 2
    )
  }

  private func plots(
    _ canvas: inout Canvas, _ molecule: Molecule, letterDistance: Double
  ) -> [String] {
    func block(_ name: String, _ molecules: [[Place]]) -> String {
      let lines = molecules.map { atoms in
        molecule.bonds.flatMap { [atoms[$0.first], atoms[$0.second], (.nan, .nan)] }
      }.flatMap(\.self)
      return canvas.add(
        "\(name) of \(title)", ["x_bohr": lines.map(\.x), "y_bohr": lines.map(\.y)])
    }
    func color(_ geometry: Int?) -> String { geometry.map { Self.colors[$0 % 6] } ?? "grey" }
    var plots: [String] = []
    for geometry in [nil] + geometries.indices.map(Optional.some) {
      let near = samples.filter { $0.geometry == geometry }.map(\.atoms)
      if !near.isEmpty {
        plots.append(
          "\(block("samples", near)) using 1:2 with lines lw 0.4 lc rgb \(color(geometry)) notitle")
      }
    }
    for (index, geometry) in geometries.enumerated() {
      plots.append(
        "\(block("exact geometry", [geometry.atoms])) using 1:2 with linespoints pt 7 ps 0.7 lw 2.4 "
          + "lc rgb \(color(index)) title \(Script.quote(geometry.label))")
    }
    let source = block("true geometry", [truth])
    plots.append("\(source) using 1:2 with points pt 6 ps 1.9 lw 1.4 lc rgb ink notitle")
    return plots + letters(&canvas, molecule, distance: letterDistance)
  }

  private func letters(
    _ canvas: inout Canvas, _ molecule: Molecule, distance: Double
  ) -> [String] {
    let offsets = LetterPlaces.offsets(
      truth, bonds: molecule.bonds.map { ($0.first, $0.second) }, distance: distance)
    return zip(zip(truth, offsets), molecule.labels).map { place, name in
      let source = canvas.add(
        "\(name) of \(title)",
        ["x_bohr": [place.0.x + place.1.x], "y_bohr": [place.0.y + place.1.y]])
      return "\(source) using 1:2:(\(Script.quote(name))) with labels center tc rgb ink notitle"
    }
  }
}
