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

  package let samples: Int
  /// Rows so far whose predictions may mean little.
  package private(set) var flagged = FlaggedRows()
  /// Of each row of the last block.
  package private(set) var flags: [RowFlags] = []
  private let range: TrainingRange?
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
    (preparation, range, self.threads) = (model.preparation, model.range, threads)
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
    flags = try preparation.flags(of: prepared, in: table, range: range, threads: threads)
    count(positions, first: first)
    return positions
  }

  /// Adds what is odd about predictions to what is odd about their momenta.
  private func count(_ positions: [Float], first: Int) {
    let predictions = positions.count / columns.count / max(1, flags.count)
    var odd: [RowFlags: [Int: Int]] = [:]
    for (flag, places) in [
      (RowFlags.size, MoleculeSize.odd(positions, preparation.frame.molecule)),
      (.notFinite, notFinite(positions)),
    ] {
      for place in places {
        flags[place / predictions].insert(flag)
        odd[flag, default: [:]][place / predictions, default: 0] += 1
      }
    }
    flagged.add(flags, numbers: { first + $0 + 1 }, predictions: { odd[$1]?[$0] ?? predictions })
  }

  private func notFinite(_ positions: [Float]) -> [Int] {
    if positions.allSatisfy(\.isFinite) { return [] }
    let width = columns.count
    return (0..<positions.count / width).filter { place in
      !positions[place * width..<(place + 1) * width].allSatisfy(\.isFinite)
    }
  }
}
