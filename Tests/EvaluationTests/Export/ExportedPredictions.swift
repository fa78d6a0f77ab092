import Datasets
import Engine
import Physics
import Models
import Records
import Testing

@testable import Evaluation
@testable import Training

/// What a model of ours says of rows, for other programs to compare with.
struct ExportedPredictions {
  /// Rows of momenta: simulated, and then those that are straight or do not move.
  static func rows() throws -> Table<Float> {
    let simulated = try ExportCase.explosions(rows: 1000, seed: 11)
    let momenta = Molecule.carbonylSulfide.momentumColumns
    let table = Table<Float>(columns: momenta, rows: 1000)
    let places = simulated.indices(of: momenta) ?? []
    for row in 0..<1000 {
      for (c, place) in places.enumerated() { table[row, c] = simulated[row, place] }
    }
    for (row, special) in specialRows.enumerated() {
      for (c, p) in special.enumerated() { table[row, c] = p }
    }
    return table
  }

  static let specialRows: [[Float]] = {
    // Multiples of (1, 2, 2), whose length is a whole number: straight to the last digit.
    let straight: [[Float]] = [
      [60, 300, -360], [0, 200, -200], [120, -60, -60], [200, -200, 0],
    ].map {
      $0.flatMap { [$0, 2 * $0, 2 * $0] }
    }
    // Straight, but for rounding.
    let nearly: [[Float]] = [[62, 366.6, -428.6], [-20.1, 310.7, -290.6]].map {
      $0.flatMap { [$0 * 0.31, $0 * -0.77, $0 * 0.557] }
    }
    let axes: [[Float]] = (0..<3).map { axis in
      [62, 366, -428].flatMap { p in (0..<3).map { $0 == axis ? p : 0 } }
    }
    // Nothing at all; an atom at rest; a common drift beside the explosion.
    let others: [[Float]] = [
      [Float](repeating: 0, count: 9), [0, 0, 0, 10, 200, 3, -10, -200, -3],
      [40, 50, 60, 200, -30, 7, -170, 60, 25],
    ]
    return straight + nearly + axes + others
  }()

  let momenta: [Float]
  /// As the ONNX file takes it.
  let z: [Float]
  let width: Int
  let positions: [Float]

  init(_ model: SavedModel, of table: Table<Float>) throws {
    let (last, latent) = try model.finished
    let prior = last.sampler?.prior ?? .standardNormal
    let prepared = try model.preparation.prepare(table, positions: false)
    let rows = 0..<table.rows
    var z = latent.samples(
      from: prior == .trainingLatents ? prior : .standardNormal, rows: rows, sample: 0, seed: 5)
    var latents = latent.samples(from: prior, rows: rows, sample: 0, seed: 5)
    let predicted = try Self.predict(model, prepared.conditions, latents)
    let predictor = try Predictor(
      last, networks: [(model.parameters, latent)],
      device: CPUDevice<Float>(threads: 1), batch: 250)
    let sampled = try predictor.means(
      1, of: prepared.conditions[...], numbers: .from(0), z: .prior(seed: 5)
    ).single
    #expect(sampled == predicted)

    if model.configuration.kind.choiceName == "mixture" {
      // What chooses a component, as far down as chance would hardly ever get. As far up, Φ and the
      // sum of all shares are both 1 but for rounding, which is each program's own.
      for row in 100..<200 { z[row * latent.width] = Float(row - 170) / 7 }
      latents = z
    }
    self.z = z
    width = latent.width
    momenta = Array(UnsafeBufferPointer(table.values))
    positions = try model.preparation.restore(
      Self.predict(model, prepared.conditions, latents), of: table)
  }

  /// As `Predictor` does it, from latents that are given.
  private static func predict(
    _ model: SavedModel, _ conditions: [Float], _ latents: [Float]
  ) throws -> [Float] {
    let last = try model.finished.model
    let decoder = TracedDecoder(last, batch: conditions.count / last.dimensions.conditions)
    let program = try CPUDevice<Float>(threads: 1).compile(decoder.trace.graph)
    for content in try decoder.contents(model.parameters) {
      try program.write(content.elements, to: content.value)
    }
    try program.write(conditions, to: decoder.condition)
    if let z = decoder.z { try program.write(latents, to: z) }
    try program.run()
    return try program.read(decoder.prediction)
  }

  var writer: SafetensorsWriter {
    var writer = SafetensorsWriter()
    let rows = momenta.count / 9
    writer.add("momenta", shape: [rows, 9], momenta)
    if width > 0 { writer.add("z", shape: [rows, width], z) }
    writer.add("positions", shape: [rows, 9], positions)
    return writer
  }
}
