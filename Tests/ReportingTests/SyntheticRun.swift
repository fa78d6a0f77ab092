import Evaluation
import Physics
import Randomness
import Text

@testable import Reporting

/// A run that never was: real explosions, and draws around the truth that are as spread as they
/// are wrong; one row in eight is known ten times less well, and has a second branch.
struct SyntheticRun {
  var family: GeometryFamily = .equilibrium(EquilibriumFamily())
  var rows = 400
  var posteriorRows = 60
  var samples = 40
  var epochs = 30
  var spread = 0.03

  private static let molecule = Molecule.carbonylSulfide

  func content(title: String = "synthetic") throws -> ReportContent {
    let (truth, momenta) = try data()
    let width = Self.molecule.width
    let (single, mean) = predictions(truth)
    let numbers = (0..<UInt32(rows)).map { $0 * 3 + 1 }
    var content = ReportContent(
      title: title,
      evaluated: EvaluatedRows(
        molecule: Self.molecule, rows: numbers, truth: truth, momenta: momenta, single: single,
        mean: mean))
    let posterior = PosteriorSamples(
      molecule: Self.molecule, rows: Array(numbers[..<posteriorRows]), samples: samples,
      values: (0..<posteriorRows).flatMap { self.samples(truth, row: $0) },
      truth: Array(truth[..<(posteriorRows * width)]),
      momenta: Array(momenta[..<(posteriorRows * width)]))
    content.posterior = posterior
    content.calibration = Self.calibration(posterior)
    content.exact = Self.exact(posterior)
    content.latent = latent
    content.history = Self.history(epochs: epochs)
    content.facts = Self.facts
    content.tables = Self.tables
    content.configuration = "{\n  model: { kind: 'cvae' },\n  training: { epochs: \(epochs) },\n}\n"
    return content
  }

  private func data() throws -> (truth: [Float], momenta: [Float]) {
    let generator = try DataSetGenerator(family, seed: 7)
    var table = [Double](repeating: 0, count: rows * generator.width)
    table.withUnsafeMutableBufferPointer { _ = generator.makeRows(0..<rows, into: $0) }
    let width = Self.molecule.width
    func part(_ first: Int) -> [Float] {
      (0..<rows).flatMap { row in
        (0..<width).map { Float(table[row * generator.width + first + $0]) }
      }
    }
    return (part(0), part(width))
  }

  private func scale(of row: Int) -> Double { row % 8 == 3 ? 10 * spread : spread }

  /// Where the draws of a row are centered.
  private func center(_ truth: [Float], _ row: Int) -> [Double] {
    var random = RowRandom(seed: 11, stream: .latent, row: row)
    return (0..<9).map { Double(truth[row * 9 + $0]) + scale(of: row) * random.normal() }
  }

  private func samples(_ truth: [Float], row: Int) -> [Float] {
    let center = center(truth, row)
    var random = RowRandom(seed: 12, stream: .sampling, row: row)
    return (0..<samples).flatMap { sample -> [Float] in
      let isOther = row % 8 == 3 && sample % 3 == 0
      return (0..<9).map { c in
        Float(center[c] + scale(of: row) * random.normal() + (isOther && c < 3 ? 0.8 : 0))
      }
    }
  }

  private func predictions(_ truth: [Float]) -> (single: [Float], mean: [Float]) {
    var (single, mean): ([Float], [Float]) = ([], [])
    for row in 0..<rows {
      let center = center(truth, row)
      var random = RowRandom(seed: 13, stream: .sampling, row: row)
      mean += center.map { Float($0) }
      single += center.map { Float($0 + scale(of: row) * random.normal()) }
    }
    return (single, mean)
  }

  private var latent: LatentStatistics {
    var random = RowRandom(seed: 14, stream: .latentRow, row: 0)
    let values = (0..<rows * 6).map { Float(0.9 * random.normal() + ($0 % 6 == 2 ? 0.4 : 0)) }
    let columns = (0..<6).map { Rows.column(values, $0, width: 6) }
    return LatentStatistics(
      mean: columns.map(Spread.mean), standardDeviation: columns.map(Spread.standardDeviation),
      divergence: [0.4, 0.3, 0.2, 0.1, 0.01, 0], activeUnits: 5, values: values)
  }
}
