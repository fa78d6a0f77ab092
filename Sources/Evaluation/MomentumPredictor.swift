package import Datasets
package import Engine
import Physics
package import Training

/// Positions for momenta alone, one block of rows after another.
///
/// What is said of a row follows from the seed, the number of the row and that of the draw, not from
/// how the rows are divided into blocks.
package final class MomentumPredictor {
  /// What is wanted of the draws of a row.
  package enum Answer: Sendable, Hashable {
    /// All of them, one after the other.
    case draws
    /// Their mean.
    case mean
  }

  /// What was odd about rows until now.
  package struct Oddities: Sendable, Hashable {
    /// Rows whose momenta define no axes, though the frame needs them.
    package var undefinedRows = 0
    /// Numbers that are nowhere near those of training.
    package var farValues = 0
    /// Rows of the answer with a number that is not finite.
    package var notFinite = 0
    /// Molecules of a size that none has.
    package var oddSizes = 0
  }

  package let samples: Int
  package private(set) var oddities = Oddities()
  private let preparation: Preparation
  private let predictor: Predictor
  private let answer: Answer
  private let seed: UInt64
  private let threads: Int

  /// Rows of a block that make good use of a device and of memory, for so many draws of each.
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

  /// Whether two draws of a row differ.
  package var isRandom: Bool { predictor.isRandom }
  package var columns: [String] { preparation.frame.molecule.positionColumns }
  /// What there must be of each row.
  package var momenta: [String] { preparation.inputColumns }

  /// Positions of all rows of a table of momenta, in bohr.
  ///
  /// - Parameter first: the number of the first row, counted from 0.
  package func predict(_ table: Table<Float>, first: Int) throws -> [Float] {
    let prepared = try preparation.prepare(table, positions: false, threads: threads)
    oddities.undefinedRows += prepared.undefinedRows
    oddities.farValues += prepared.farValues
    // Frames turn, stretch and shift: the mean may be taken before they are undone.
    let targets =
      answer == .mean
      ? try predictor.means(
        samples, of: prepared.conditions[...], numbers: .from(first), seed: seed
      ).mean
      : try predictor.draws(
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
