import Configuration
import Datasets
import Engine
import Foundation
import Models
import Records
import Testing
import Training

@testable import Evaluation

/// Networks that predict together.
@Suite struct EnsembleTests {
  private let models: [SavedModel]
  private let ensemble: SavedModel
  private let prepared: PreparedRows

  init() throws {
    let configuration = try RunConfiguration.table.resolve(
      files: [],
      assignments: [
        Assignment("model.kind", "mixture"), Assignment("model.decoder", "[8]"),
        Assignment("training.batch", "32"),
        // Densities that a sum of them does not round to 0.
        Assignment("model.minStandardDeviation", "0.5"),
      ]
    ).config
    let table = try ExportCase.explosions(rows: 120, seed: 3)
    models = try (1...3).map { seed in
      var own = configuration
      own.trainingSettings.seed = UInt64(seed)
      return try ExportCase.train(own, on: table)
    }
    ensemble = SavedModel(models, configuration: configuration)
    prepared = try ensemble.preparation.prepare(table)
  }

  private func likelihoods(_ model: SavedModel) throws -> [Double] {
    let predictor = try Predictor(
      model, density: true, device: CPUDevice<Float>(threads: 1), batch: 50)
    return try #require(
      try predictor.likelihoods(of: prepared.targets[...], conditions: prepared.conditions[...])
    ).map { Double($0) }
  }

  @Test("the density of an ensemble is the mean of its networks' densities")
  func density() throws {
    let each = try models.map(likelihoods)
    let joined = try likelihoods(ensemble)
    #expect(joined.count == 120 && each[0] != each[1])
    for row in joined.indices {
      let mean = each.reduce(0) { $0 + exp(-$1[row]) } / 3
      #expect(abs(joined[row] + log(mean)) < 1e-4 * max(1, abs(joined[row])), "row \(row)")
    }
    let loss = try RowLikelihood.negativeLogarithm(
      of: models[0].model, parameters: models[0].parameters, rows: prepared,
      device: CPUDevice<Float>(threads: 1))
    let own = each[0].reduce(0, +) / 120
    #expect(abs(own - (loss ?? .nan)) < 1e-4 * max(1, abs(own)))
  }

  @Test("a file has all networks of an ensemble, and gives them back")
  func file() throws {
    let bytes = try ensemble.writer().bytes()
    let back = try SavedModel(SafetensorsFile(bytes, path: "memory", trust: .sealed))
    #expect(back.networks.count == 3)
    for (network, model) in zip(back.networks, models) {
      #expect(Set(network.parameters) == Set(model.parameters))
      #expect(network.latent == model.latent)
      #expect(network.networks.count == 1)
    }
  }
}
