package import Datasets
package import Engine
import Physics
package import Training

/// Predicts positions from momenta, block by block.
///
/// The samples of a row depend on the seed, the row number and the sample number, not on how the rows
/// are divided into blocks.
package final class MomentumPredictor {
  /// What to return for a row.
  package enum Answer: Sendable, Hashable {
    /// All samples, one after the other.
    case samples
    /// The mean of the samples.
    case mean
  }

  /// Counts of unusual rows so far.
  package struct Oddities: Sendable, Hashable {
    /// Rows whose momenta define no axes although the frame needs them.
    package var undefinedRows = 0
    /// Values far outside those of training.
    package var farValues = 0
    /// Predictions with a value that is not finite.
    package var notFinite = 0
    /// Predicted molecules of an implausible size.
    package var oddSizes = 0
  }

  package let samples: Int
  package private(set) var oddities = Oddities()
  private let preparation: Preparation
  private let predictor: Predictor
  private let answer: Answer
  private let seed: UInt64
  private let threads: Int

  /// The number of rows of a block, for a given number of samples per row.
  package static func rowsPerBlock(samples: Int) -> Int { max(1, 131_072 / max(1, samples)) }

  package init(
    _ model: SavedModel, samples: Int, answer: Answer, seed: UInt64, device: any Device,
    threads: Int
  ) throws {
    (self.samples, self.answer, self.seed) = (samples, answer, seed)
    (preparation, self.threads) = (model.preparation, threads)
    predictor = try Predictor(
      model, device: device, batch: min(4096, Self.rowsPerBlock(samples: samples)))
  }

  /// Whether samples of a row differ.
  package var isRandom: Bool { predictor.isRandom }
  package var columns: [String] { preparation.frame.molecule.positionColumns }
  /// The columns that are needed.
  package var momenta: [String] { preparation.inputColumns }

  /// Positions of all rows of a table of momenta, in bohr.
  ///
  /// - Parameter first: the number of the first row, counted from 0.
  package func predict(_ table: Table<Float>, first: Int) throws -> [Float] {
    let prepared = try preparation.prepare(table, positions: false, threads: threads)
    oddities.undefinedRows += prepared.undefinedRows
    oddities.farValues += prepared.farValues
    // Frames are affine for a given row, so the mean is taken before they are undone.
    let targets =
      answer == .mean
      ? try predictor.means(
        samples, of: prepared.conditions[...], numbers: .from(first), seed: seed
      ).mean
      : try predictor.samples(
        samples, of: prepared.conditions[...], numbers: .from(first), seed: seed)
    let positions = try preparation.restore(
      targets, of: table, samples: answer == .mean ? 1 : samples, threads: threads)
    oddities.notFinite += notFinite(positions)
    oddities.oddSizes += MoleculeSize.odd(positions, preparation.frame.molecule)
    return positions
  }

  private func notFinite(_ positions: [Float]) -> Int {
    if positions.allSatisfy(\.isFinite) { return 0 }
    let width = columns.count
    return stride(from: 0, to: positions.count, by: width).count { start in
      !positions[start..<start + width].allSatisfy(\.isFinite)
    }
  }
}
