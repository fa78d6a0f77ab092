package import Datasets
package import Engine
import Glibc
import Models
import Physics
package import Training

/// Predicts positions from momenta, block by block.
///
/// The samples of a row depend on the seed, the row number and the sample number, or on their given
/// z, not on how the rows are divided into blocks.
package final class MomentumPredictor {
  /// What to return for a row.
  package enum Answer: Sendable, Hashable {
    /// All samples, one after the other.
    case samples
    /// The mean of the samples, which has no density and no z of its own.
    case mean
  }

  /// Columns behind the positions, in this order.
  package struct Additions: OptionSet, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// `log_density`: log p(positions | momenta) of the sample.
    package static let logDensity = Additions(rawValue: 1)
    /// `z1` and so on: what the sample follows from.
    package static let latents = Additions(rawValue: 2)
    /// `flags`: those of the row.
    package static let flags = Additions(rawValue: 4)
  }

  package let samples: Int
  /// Rows so far whose predictions may mean little.
  package private(set) var flagged = FlaggedRows()
  /// The columns of a prediction.
  package let columns: [String]
  private let range: TrainingRange?
  private let preparation: Preparation
  private let predictor: Predictor
  private let answer: Answer
  private let additions: Additions
  private let threads: Int

  /// The number of rows of a block, for a given number of samples per row.
  package static func rowsPerBlock(samples: Int) -> Int { max(1, 131_072 / max(1, samples)) }

  package init(
    _ model: SavedModel, samples: Int, answer: Answer, additions: Additions = [],
    device: any Device, threads: Int
  ) throws {
    precondition(
      answer == .samples || additions.isDisjoint(with: [.logDensity, .latents]),
      "a mean has no density and no z")
    (self.samples, self.answer, self.additions) = (samples, answer, additions)
    (preparation, range, self.threads) = (model.preparation, model.range, threads)
    predictor = try Predictor(
      model, density: additions.contains(.logDensity), device: device,
      batch: min(4096, Self.rowsPerBlock(samples: samples)))
    columns =
      preparation.frame.molecule.positionColumns
      + (additions.contains(.logDensity) ? ["log_density"] : [])
      + (additions.contains(.latents) ? GivenLatents.columns(predictor.latentWidth) : [])
      + (additions.contains(.flags) ? ["flags"] : [])
  }

  /// Whether samples of a row differ.
  package var isRandom: Bool { predictor.isRandom }
  /// The columns that are needed.
  package var momenta: [String] { preparation.inputColumns }

  /// Positions, in bohr, and other columns for all rows of a table of momenta.
  ///
  /// - Parameter first: the number of the first row, counted from 0.
  package func predict(_ table: Table<Float>, first: Int, z: LatentSource) throws -> [Float] {
    let prepared = try preparation.prepare(table, positions: false, threads: threads)
    // Frames are affine for a given row, so the mean is taken before they are undone.
    let sampled =
      answer == .mean
      ? SampledRows(
        targets: try predictor.means(
          samples, of: prepared.conditions[...], numbers: .from(first), z: z
        ).mean)
      : try predictor.samples(
        samples, of: prepared.conditions[...], numbers: .from(first), z: z,
        keepsLatents: additions.contains(.latents))
    let predictions = answer == .mean ? 1 : samples
    let positions = try preparation.restore(
      sampled.targets, of: table, samples: predictions, threads: threads)
    let densities = try logDensities(sampled.likelihoods, of: table)
    var flags = try preparation.flags(of: prepared, in: table, range: range, threads: threads)
    count(positions, densities, &flags, first: first)
    var parts = [positions]
    if !densities.isEmpty { parts.append(densities) }
    if additions.contains(.latents) { parts.append(sampled.latents) }
    if additions.contains(.flags) {
      parts.append(
        flags.flatMap { [Float](repeating: Float($0.rawValue), count: predictions) })
    }
    return Self.sideBySide(parts, rows: flags.count * predictions)
  }

  /// log p of positions instead of the model's coordinates u:
  /// `log p(x) = log p(u) − Σ log(scale) + n log(size)`, where a canonical frame makes an event larger
  /// by its energy.
  private func logDensities(
    _ likelihoods: [Float], of table: Table<Float>
  ) throws -> [Float] {
    if likelihoods.isEmpty { return [] }
    let scales = preparation.targets.scales
    let offset = scales.reduce(0) { $0 + log($1) }
    let sizes = try preparation.frameScales(of: table, threads: threads).map { log($0) }
    return likelihoods.enumerated().map { place, likelihood in
      Float(Double(scales.count) * sizes[place / samples] - offset - Double(likelihood))
    }
  }

  /// Rows of several arrays of as many rows, joined.
  private static func sideBySide(_ parts: [[Float]], rows: Int) -> [Float] {
    if parts.count == 1 { return parts[0] }
    let widths = parts.map { $0.count / max(1, rows) }
    return [Float](unsafeUninitializedCapacity: rows * widths.reduce(0, +)) { joined, made in
      for row in 0..<rows {
        for (part, width) in zip(parts, widths) {
          for column in 0..<width {
            joined.initializeElement(at: made, to: part[row * width + column])
            made += 1
          }
        }
      }
    }
  }

  /// Adds what is odd about predictions to what is odd about their momenta.
  private func count(
    _ positions: [Float], _ densities: [Float], _ flags: inout [RowFlags], first: Int
  ) {
    let molecule = preparation.frame.molecule
    let predictions = positions.count / molecule.width / max(1, flags.count)
    let notFinite = Set(Self.notFinite(positions, molecule.width) + Self.notFinite(densities, 1))
    var odd: [RowFlags: [Int: Int]] = [:]
    for (flag, places) in [
      (RowFlags.size, MoleculeSize.odd(positions, molecule)), (.notFinite, notFinite.sorted()),
    ] {
      for place in places {
        flags[place / predictions].insert(flag)
        odd[flag, default: [:]][place / predictions, default: 0] += 1
      }
    }
    flagged.add(flags, numbers: { first + $0 + 1 }, predictions: { odd[$1]?[$0] ?? predictions })
  }

  private static func notFinite(_ values: [Float], _ width: Int) -> [Int] {
    if values.allSatisfy(\.isFinite) { return [] }
    return (0..<values.count / width).filter { place in
      !values[place * width..<(place + 1) * width].allSatisfy(\.isFinite)
    }
  }
}
