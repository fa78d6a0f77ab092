import Configuration
import Datasets
import Engine
import Models
import Physics
import Records
import TestSupport
import Testing

@testable import Evaluation
@testable import Training

/// Predictions know momenta alone.
@Suite struct LeakTests {
  private static let molecule = Molecule.carbonylSulfide

  /// Simulated rows; `adjust` changes positions, and nothing else, of some of them.
  private func table(
    rows: Int, adjust: (Int, UnsafeMutableBufferPointer<Float>) -> Void = { _, _ in }
  ) throws -> Table<Float> {
    let generator = try DataSetGenerator(.random(RandomFamily()), seed: 5)
    let table = Table<Float>(columns: generator.columns, rows: rows)
    var numbers = [Double](repeating: 0, count: rows * generator.width)
    numbers.withUnsafeMutableBufferPointer { _ = generator.makeRows(0..<rows, into: $0) }
    for i in numbers.indices { table.values[i] = Float(numbers[i]) }
    for row in 0..<rows {
      adjust(row, UnsafeMutableBufferPointer(rebasing: table[row][..<Self.molecule.width]))
    }
    return table
  }

  /// Sizes that train in no time; each family takes those of its keys.
  private static let sizes = [
    "model.encoder": "[8]", "model.decoder": "[8]", "model.latent": "3", "model.couplings": "2",
    "model.subnet": "[8]", "model.autoencoder": "[8]", "model.representation": "3",
    "noise.positions": "0.1", "training.epochs": "2", "training.batch": "32",
    "data.independent": "true",
  ]

  private func configuration(
    _ kind: ModelKind, _ changes: [String: String] = [:]
  ) throws -> RunConfiguration {
    let table = RunConfiguration.table
    let keys = table.table(of: RunConfiguration(kind))
    let values = Self.sizes.filter { keys[$0.key] != nil }.merging(changes) { $1 }
      .merging(["model.kind": kind.choiceName]) { $1 }
    return try table.resolve(assignments: values.map { Assignment($0.key, $0.value) }).config
  }

  private final class Silent: TrainerEvents {
    var shouldStop: Bool { false }
    func pulse(step: Int, of steps: Int, trainer: Trainer) -> Pulse { .goOn }
    func epochEnded(_ record: EpochRecord, of epochs: Int, trainer: Trainer) {}
    func shouldSave(after record: EpochRecord) -> Bool { false }
    func setBack(_ setback: Setback) {}
    func deviceLost(_ error: any Error, epochs: Int) {}
    func save(_ trainer: Trainer) {}
  }

  /// A model trained on a table, with everything that a checkpoint would have.
  private func train(
    _ configuration: RunConfiguration, on table: Table<Float>, _ split: Split
  ) throws -> SavedModel {
    let preparation = try Preparation(
      fittedTo: table, rows: split.training, settings: configuration.preparationSettings)
    var model = SavedModel(
      configuration, preparation: preparation,
      data: DataIdentity(file: "", fingerprint: table.fingerprint, rows: table.rows))
    let data = TrainingData(
      try preparation.prepare(table, rows: split.training),
      validation: try preparation.prepare(table, rows: split.validation))
    let device = CPUDevice<Float>(threads: 1)
    let trainer = Trainer(
      RunPlan(model.model.stages, data: data, settings: configuration.trainingSettings),
      device: device, events: Silent())
    #expect(try trainer.run() == .finished)
    model.parameters = trainer.bestParameters
    model.latent = try LatentDistribution(
      of: model.model, parameters: trainer.bestParameters, data: data, device: device)
    return model
  }

  private func predict(
    _ model: SavedModel, _ table: Table<Float>, _ rows: [UInt32]
  ) throws -> [Float] {
    let predictor = try Predictor(model, device: CPUDevice<Float>(threads: 1), batch: 16)
    let prepared = try model.preparation.prepare(table, rows: rows, positions: false)
    let samples = try predictor.means(
      1, of: prepared.conditions[...], numbers: .from(0), z: .prior(seed: 8)
    ).single
    return try model.preparation.restore(samples, of: table, rows: rows)
  }

  /// Every family, with each prior that it knows.
  private static func priors() throws -> [(ModelKind, LatentPrior?)] {
    ModelKind.allCases.flatMap { kind -> [(ModelKind, LatentPrior?)] in
      let keys = RunConfiguration.table.table(of: RunConfiguration(kind))
      guard keys["sampling.prior"] != nil else { return [(kind, nil)] }
      return LatentPrior.allCases.map { (kind, $0) }
    }
  }

  @Test(
    "changing the positions of validation and test rows changes no prediction",
    arguments: try priors())
  func positions(kind: ModelKind, prior: LatentPrior?) throws {
    var configuration = try configuration(
      kind, prior.map { ["sampling.prior": $0.choiceName] } ?? [:])
    configuration.preparationSettings.frame = kind.choiceName == "flow" ? .canonical : .raw
    let split = try Split(rows: 200, seed: 1)
    let unseen = Set(split.validation + split.test)
    let clean = try table(rows: 200)
    let other = try table(rows: 200) { row, positions in
      guard unseen.contains(UInt32(row)) else { return }
      for i in positions.indices { positions[i] = -3 * positions[i] + Float(i) }
    }
    // What training stops by sees validation rows; here it stops by nothing, and the best epoch is
    // not asked for.
    let model = try train(configuration, on: clean, split)
    let predictions = try predict(model, clean, split.test)
    #expect(predictions == (try predict(model, other, split.test)))
    let fitted = try Preparation(
      fittedTo: other, rows: split.training, settings: configuration.preparationSettings)
    #expect(fitted == model.preparation)
    // Tables without any position do as well.
    let momenta = Self.molecule.momentumColumns
    let blind = Table<Float>(columns: momenta, rows: 200)
    for row in 0..<200 {
      for (c, name) in momenta.enumerated() {
        blind[row, c] = clean[row, try #require(clean.columns.firstIndex(of: name))]
      }
    }
    #expect(predictions == (try predict(model, blind, split.test)))
    #expect(predictions.count == split.test.count * 9 && predictions.allSatisfy(\.isFinite))
  }

  @Test("a model that was saved predicts the same bits")
  func saved() throws {
    let table = try table(rows: 200)
    let split = try Split(rows: 200, seed: 1)
    for kind in ModelKind.allCases {
      let model = try train(configuration(kind), on: table, split)
      let bytes = try model.writer().bytes()
      let back = try SavedModel(SafetensorsFile(bytes, path: "memory", trust: .sealed))
      #expect(
        back.configuration.text == model.configuration.text && back.preparation == model.preparation
      )
      #expect(try predict(back, table, split.test) == predict(model, table, split.test))
    }
  }

  @Test(
    "the samples of a row do not depend on other rows or on threads", .inReleaseBuilds,
    arguments: ModelKind.allCases)
  func blocks(kind: ModelKind) throws {
    var configuration = try configuration(kind)
    configuration.preparationSettings.frame = .canonical
    let table = try table(rows: 200)
    let model = try train(configuration, on: table, try Split(rows: 200, seed: 1))
    for answer in [MomentumPredictor.Answer.samples, .mean] {
      var found: [[Float]] = []
      // As one block, and in some of seven rows, whose last is smaller.
      for (rows, threads) in [(200, 1), (7, 1), (64, 2)] {
        let predictor = try MomentumPredictor(
          model, samples: 3, answer: answer, device: CPUDevice<Float>(threads: threads),
          threads: threads)
        var positions: [Float] = []
        for first in stride(from: 0, to: 200, by: rows) {
          let count = min(rows, 200 - first)
          let block = Table<Float>(columns: table.columns, rows: count)
          for i in block.values.indices { block.values[i] = table.values[first * 18 + i] }
          positions += try predictor.predict(block, first: first, z: .prior(seed: 8))
        }
        #expect(predictor.flagged.isEmpty)
        found.append(positions)
      }
      #expect(found[0].count == 200 * 9 * (answer == .samples ? 3 : 1))
      #expect(found.dropFirst().allSatisfy { $0 == found[0] })
    }
  }
}
