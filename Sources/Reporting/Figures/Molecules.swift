import Physics
import Evaluation
import Text

extension Figure {
  static let molecules = Figure(
    name: "molecules", group: .geometry, title: "Samples of single events",
    caption: """
      True geometries (outlined, with letters) and posterior samples for the same momenta (faint), \
      projected onto the plane of the first angle of the true molecule, with one of its bonds along \
      x. A tight cloud is a well-determined geometry; two clouds are two geometries with the same \
      momenta.
      """,
    compose: { content throws(NothingToDraw) in
      guard let posterior = content.posterior, posterior.count > 0, posterior.samples > 0 else {
        throw NothingToDraw("the model is deterministic: all samples of an event are the same")
      }
      guard posterior.molecule.atoms > 1 else { throw NothingToDraw("the molecule is one atom") }
      let events = PlanarEvent.spread(posterior, count: 6)
      guard !events.isEmpty else { throw NothingToDraw("no sample is finite") }
      return PlanarEvent.compose(events, of: posterior)
    })
}

/// The samples of one event in the plane of its true molecule.
struct PlanarEvent {
  /// Its number, as tables and `solve` count events: from 1.
  let row: Int
  /// The first angle or, with two atoms, the bond length, as the title shows it.
  let size: String
  let bonds: [Molecule.Bond]
  let truth: [(x: Double, y: Double)]
  let samples: [[(x: Double, y: Double)]]

  /// Largest number of samples per event.
  private static let mostSamples = 60

  init?(_ posterior: PosteriorSamples, event: Int) {
    let molecule = posterior.molecule
    let places = AtomPlaces(posterior.truth, row: event, atoms: molecule.atoms)
    guard places.isFinite, let coordinate = molecule.mainCoordinate else { return nil }
    let plane = Plane(places, of: molecule)
    (row, bonds) = (Int(posterior.rows[event]) + 1, molecule.bonds)
    let value = Self.value(coordinate, posterior, event)
    size =
      (molecule.atoms > 3 ? coordinate.label + " " : "")
      + (coordinate.isAngle
        ? Numbers.fixed(value, digits: 1) + "°" : Numbers.fixed(value, digits: 2) + " bohr")
    truth = places.atoms.map { plane($0) }
    self.samples = (0..<min(Self.mostSamples, posterior.samples)).compactMap { sample in
      let sampled = AtomPlaces(
        posterior.values, row: event * posterior.samples + sample, atoms: molecule.atoms)
      return sampled.isFinite ? sampled.atoms.map { plane($0) } : nil
    }
    if self.samples.isEmpty { return nil }
  }

  /// Events from the most bent to the straightest.
  static func spread(_ posterior: PosteriorSamples, count: Int) -> [PlanarEvent] {
    guard let coordinate = posterior.molecule.mainCoordinate else { return [] }
    let sizes = (0..<posterior.count).map { value(coordinate, posterior, $0) }
    let events = sizes.indices.sorted { sizes[$0] < sizes[$1] }
    let shown = min(count, events.count)
    return (0..<shown).compactMap { index in
      // The middles of equal parts, which avoids the extremes.
      PlanarEvent(posterior, event: events[(2 * index + 1) * events.count / (2 * shown)])
    }
  }

  private static func value(
    _ coordinate: Molecule.ShapeCoordinate, _ posterior: PosteriorSamples, _ event: Int
  ) -> Double {
    let width = posterior.molecule.width
    return coordinate.value(posterior.truth[event * width..<(event + 1) * width].map(Double.init))
  }

  static func compose(_ events: [PlanarEvent], of posterior: PosteriorSamples) -> Composition {
    let columns = min(3, events.count)
    let rows = (events.count + columns - 1) / columns
    let boxWidth = (960 - 84 - 20 - 46 * Double(columns - 1)) / Double(columns)
    let across = range(events, room: 0) { $0.x }
    // Space for circles and letters, in pixels on each side.
    let room = 34 * length(across) / (boxWidth - 68)
    let ranges = (
      x: across.lowerBound - room...across.upperBound + room, y: range(events, room: room) { $0.y }
    )
    // The height follows the molecules, within limits.
    let ratio = length(ranges.y) / length(ranges.x)
    let boxHeight = boxWidth * max(0.4, min(1, ratio))
    var canvas = Canvas("molecules", height: 34 + 62 + (rows - 1) * 72 + rows * Int(boxHeight))
    let grid = PanelGrid(
      canvas.script, rows: rows, columns: columns, margins: (84, 20, 34, 62), gap: (46, 72))
    let (x, y) = frame(ranges, width: grid.box.width, height: grid.box.height)
    let molecule = posterior.molecule
    for (index, event) in events.enumerated() {
      var panel = Panel(
        title: "event \(event.row): \(event.size)")
      panel.x = .init(label: index / columns == rows - 1 ? "x (bohr)" : "", range: x)
      panel.y = .init(label: index % columns == 0 ? "y (bohr)" : "", range: y)
      panel.y.tickCount = max(3, grid.box.height / 45)
      let (cloud, truth) = (canvas.add(event.cloud), canvas.add(event.outline))
      panel.plots = event.plots(
        cloud: cloud, truth: truth, of: molecule,
        letterDistance: 17 * length(x) / grid.box.width)
      canvas.draw(panel, at: grid.place(index))
    }
    return canvas.composition(
      "Atoms in the plane of the true molecule, bohr from its center of mass",
      "a line for each bond",
      remarks: ["Up to \(mostSamples) samples of each event are shown."])
  }

  /// The range of nearly all samples and all true atoms.
  private static func range(
    _ events: [PlanarEvent], room: Double, _ axis: ((x: Double, y: Double)) -> Double
  ) -> ClosedRange<Double> {
    let values = events.flatMap { $0.samples.flatMap(\.self).map(axis) }
    let most = Spread.range(values, tail: 0.01, margin: 0) ?? 0...1
    let truth = events.flatMap { $0.truth.map(axis) }
    let all = [most.lowerBound, most.upperBound] + truth
    guard let low = all.min(), let high = all.max() else { return most }
    return low - room - 0.1...high + room + 0.1
  }

  private static func length(_ range: ClosedRange<Double>) -> Double {
    range.upperBound - range.lowerBound
  }

  /// Common ranges with the same scale on both axes.
  private static func frame(
    _ ranges: (x: ClosedRange<Double>, y: ClosedRange<Double>), width: Double, height: Double
  ) -> (ClosedRange<Double>, ClosedRange<Double>) {
    let unit = max(length(ranges.x) / width, length(ranges.y) / height)
    func fill(_ range: ClosedRange<Double>, _ pixels: Double) -> ClosedRange<Double> {
      let middle = (range.lowerBound + range.upperBound) / 2
      return middle - unit * pixels / 2...middle + unit * pixels / 2
    }
    return (fill(ranges.x, width), fill(ranges.y, height))
  }
}
