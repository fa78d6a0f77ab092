import Configuration
import Engine
import Models
import Randomness

@testable import Training

/// A small problem with a known answer: x = (c₀c₁, sin c₂) and a coin that no condition tells.
enum Toy {
  static let dimensions = Dimensions(targets: 3, conditions: 3)

  static func data(rows: Int = 700, validation: Int = 150) -> TrainingData {
    TrainingData(
      targets: 3, conditions: 3, training: makeRows(0..<rows),
      validation: makeRows(rows..<rows + validation))
  }

  private static func makeRows(_ range: Range<Int>) -> [Float] {
    let philox = Philox(seed: 5)
    return range.flatMap { row -> [Float] in
      let words = philox(SIMD4(UInt32(row), 0, 0, 0))
      let c = (0..<3).map { Float(words[$0] >> 8) * 0x1p-23 - 1 }
      let coin: Float = words.w & 1 == 0 ? -1 : 1
      return [c[0] * c[1], c[2] - c[2] * c[2] * c[2] / 6, coin * (0.5 + c[0] / 4)] + c
    }
  }

  /// As if the model's coordinates were those of one atom.
  private static let physics: PhysicsMaps = {
    let map = AffineMap(
      rows: 3, columns: 3, matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], offset: [0, 0, 0])
    return PhysicsMaps(positions: map, momenta: map, masses: [1], charges: [1])
  }()

  /// Sizes that learn in seconds; each family takes those of its keys.
  private static let sizes = [
    "model.encoder": "[16]", "model.decoder": "[24, 24]", "model.latent": "4",
    "model.conditionNetwork": "[8]", "model.couplings": "3", "model.subnet": "[16]",
    "model.autoencoder": "[12]", "model.representation": "3", "model.components": "4",
    "noise.positions": "0.05", "loss.kl": "0.01",
  ]

  static func model(
    _ kind: ModelKind, _ changes: [String: String] = [:]
  ) throws -> any Model {
    let table = RunConfiguration.table
    let keys = table.table(of: RunConfiguration(kind))
    let values = sizes.filter { keys[$0.key] != nil }.merging(changes) { $1 }
      .merging(["model.kind": kind.choiceName]) { $1 }
    let configuration = try table.resolve(
      assignments: values.map { Assignment($0.key, $0.value) }
    ).config
    return configuration.model.model(dimensions, physics: physics)
  }

  static func regression(_ changes: [String: String] = [:]) throws -> any Model {
    try model(
      ModelKind(Regression.Settings.self), ["model.activation": "tanh"].merging(changes) { $1 })
  }

  static var settings: TrainingSettings {
    var settings = TrainingSettings()
    (settings.epochs, settings.batch, settings.seed) = (4, 64, 3)
    settings.learningRate.rate = 3e-3
    return settings
  }
}

/// Writes down what a trainer says, and stops it where told.
final class Listener: TrainerEvents {
  private(set) var records: [EpochRecord] = []
  private(set) var setbacks: [Setback] = []
  private(set) var saved: TrainerState?
  /// The epochs after which training went on when the device was lost.
  private(set) var losses: [Int] = []
  private var pulses = 0
  /// The number of the pulse at which to stop.
  var stopAt: Int?

  func pulse(step: Int, of steps: Int, trainer: Trainer) -> Pulse {
    pulses += 1
    return pulses == stopAt ? .stop : .goOn
  }

  var shouldStop: Bool { false }

  func epochEnded(_ record: EpochRecord, of epochs: Int, trainer: Trainer) {
    records.append(record)
  }

  func shouldSave(after record: EpochRecord) -> Bool { false }

  func setBack(_ setback: Setback) {
    setbacks.append(setback)
    records.removeAll { $0.epoch > setback.epochs }
  }
  func deviceLost(_ error: any Error, epochs: Int) {
    losses.append(epochs)
    records.removeAll { $0.epoch > epochs }
  }

  func save(_ trainer: Trainer) throws { saved = try trainer.snapshot() }
}

extension EpochRecord {
  /// Without what the clock on the wall says.
  var timeless: EpochRecord {
    var record = self
    (record.seconds, record.rowsPerSecond) = (0, 0)
    return record
  }
}
