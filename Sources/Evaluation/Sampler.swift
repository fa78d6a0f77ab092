package import Datasets
package import Engine
package import Training

/// Draws positions for rows of a table, whose momenta are all that is read.
package final class Sampler {
  private let preparation: Preparation
  private let predictor: Predictor
  private let table: Table<Float>
  package let rows: [UInt32]
  private let threads: Int
  /// What predictions are made of, and what was noticed on the way.
  package let prepared: PreparedRows

  package init(
    _ model: SavedModel, on table: Table<Float>, rows: [UInt32], device: any Device, threads: Int
  ) throws {
    guard let last = model.stages.last, let latent = model.latent else {
      throw TrainingError(
        .badCheckpoint, "the run is not finished: nothing is known of its latent distribution",
        hint: "go on with it: implode train … --resume auto")
    }
    predictor = try Predictor(
      last, parameters: model.parameters, latent: latent, prior: model.configuration.prior,
      device: device, batch: min(4096, max(1, rows.count)))
    preparation = model.preparation
    prepared = try preparation.prepare(table, rows: rows, positions: false, threads: threads)
    (self.table, self.rows, self.threads) = (table, rows, threads)
  }

  /// Whether two draws differ.
  package var isRandom: Bool { predictor.isRandom }

  /// One draw of each row: rows×3N, in the frame of the table.
  package func draw(sample: Int, seed: UInt64) throws -> [Float] {
    try preparation.restore(
      predictor.draw(prepared.conditions[...], first: 0, sample: sample, seed: seed), of: table,
      rows: rows, threads: threads)
  }

  /// Several draws of each row: rows×samples×3N.
  package func draws(_ samples: Int, seed: UInt64) throws -> [Float] {
    let width = preparation.targets.count
    var all = [Float](repeating: 0, count: rows.count * samples * width)
    for sample in 0..<samples {
      let drawn = try predictor.draw(prepared.conditions[...], first: 0, sample: sample, seed: seed)
      for row in rows.indices {
        let target = (row * samples + sample) * width
        for k in 0..<width { all[target + k] = drawn[row * width + k] }
      }
    }
    return try preparation.restore(
      all, of: table, rows: rows, samples: samples, threads: threads)
  }
}
