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
    predictor = try Predictor(model, device: device, batch: min(4096, max(1, rows.count)))
    preparation = model.preparation
    prepared = try preparation.prepare(table, rows: rows, positions: false, threads: threads)
    (self.table, self.rows, self.threads) = (table, rows, threads)
  }

  /// Whether two draws differ.
  package var isRandom: Bool { predictor.isRandom }

  /// One draw of each row, and the mean of several: rows×3N, in the frame of the table.
  ///
  /// Frames turn, stretch and shift: the mean may be taken before they are undone.
  package func singleAndMean(
    of samples: Int, seed: UInt64
  ) throws -> (single: [Float], mean: [Float]) {
    let (single, mean) = try predictor.means(
      samples, of: prepared.conditions[...], numbers: .list(rows), seed: seed)
    return (
      try preparation.restore(single, of: table, rows: rows, threads: threads),
      try preparation.restore(mean, of: table, rows: rows, threads: threads)
    )
  }

  /// Several draws of each row: rows×samples×3N.
  package func draws(_ samples: Int, seed: UInt64) throws -> [Float] {
    let drawn = try predictor.draws(
      samples, of: prepared.conditions[...], numbers: .list(rows), seed: seed)
    return try preparation.restore(
      drawn, of: table, rows: rows, samples: samples, threads: threads)
  }
}
