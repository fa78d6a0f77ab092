package import Datasets
package import Engine
package import Training

/// Samples positions for rows of a table from their momenta; no other columns are read.
package final class Sampler {
  private let preparation: Preparation
  private let predictor: Predictor
  private let table: Table<Float>
  package let rows: [UInt32]
  private let threads: Int
  /// The conditions of the rows, and what was noticed while computing them.
  package let prepared: PreparedRows

  package init(
    _ model: SavedModel, on table: Table<Float>, rows: [UInt32], device: any Device, threads: Int
  ) throws {
    predictor = try Predictor(model, device: device, batch: min(4096, max(1, rows.count)))
    preparation = model.preparation
    prepared = try preparation.prepare(table, rows: rows, positions: false, threads: threads)
    (self.table, self.rows, self.threads) = (table, rows, threads)
  }

  /// Whether samples of a row differ.
  package var isRandom: Bool { predictor.isRandom }

  /// One sample of each row, and the mean of several: rows×3N, in the frame of the table.
  ///
  /// Frames are affine for a given row, so the mean is taken before they are undone.
  package func singleAndMean(
    of samples: Int, seed: UInt64
  ) throws -> (single: [Float], mean: [Float]) {
    let (single, mean) = try predictor.means(
      samples, of: prepared.conditions[...], numbers: .list(rows), z: .prior(seed: seed))
    return (
      try preparation.restore(single, of: table, rows: rows, threads: threads),
      try preparation.restore(mean, of: table, rows: rows, threads: threads)
    )
  }

  /// Several samples of each row: rows×samples×3N.
  package func samples(_ samples: Int, seed: UInt64) throws -> [Float] {
    let targets = try predictor.samples(
      samples, of: prepared.conditions[...], numbers: .list(rows), z: .prior(seed: seed)
    ).targets
    return try preparation.restore(
      targets, of: table, rows: rows, samples: samples, threads: threads)
  }
}
