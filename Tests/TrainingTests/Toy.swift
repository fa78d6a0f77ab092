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

  static var regression: Regression {
    Regression(dimensions, hidden: [24, 24], activation: .tanh)
  }

  static var autoencoder: ConditionalVAE {
    var model = ConditionalVAE(
      dimensions, encoder: [16], decoder: [24, 24], latent: 2, activation: .elu)
    model.divergence = 0.01
    return model
  }

  static var flow: ConditionalFlow {
    var flow = ConditionalFlow(dimensions, couplings: 3, subnet: [16], activation: .relu)
    flow.positionNoise = 0.05
    return flow
  }

  static var latentFlow: LatentFlow {
    var model = LatentFlow(
      dimensions, encoder: [16], decoder: [16], latent: 4, conditionNetwork: [8], couplings: 2,
      subnet: [16], subnetActivation: .relu, activation: .elu)
    model.divergence = 0.01
    return model
  }

  static var twoStages: [any Model] {
    let first = Autoencoder(dimensions, hidden: [12], representation: 3, activation: .elu)
    var second = autoencoder
    second.autoencoder = first
    return [first, second]
  }

  static let systems: [(name: String, stages: [any Model])] = [
    ("regression", [regression]), ("cvae", [autoencoder]), ("flow", [flow]),
    ("latent flow", [latentFlow]), ("two stages", twoStages),
  ]

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
  private var pulses = 0
  /// The number of the pulse at which to stop.
  var stopAt: Int?

  func pulse(step: Int, of steps: Int, trainer: Trainer) -> Pulse {
    pulses += 1
    return pulses == stopAt ? .stop : .goOn
  }

  func epochEnded(_ record: EpochRecord, of epochs: Int, trainer: Trainer) {
    records.append(record)
  }

  func setBack(_ setback: Setback) { setbacks.append(setback) }
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
