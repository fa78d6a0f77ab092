import Glibc
import Physics
import Randomness
import TestSupport
import Testing

@testable import Evaluation

/// Calibration of posteriors of which everything is known: draws from N(m, (w·σ)²) for truths from
/// N(m, σ²), right where the factor w is 1.
@Suite(.inReleaseBuilds) struct CalibrationTests {
  private static let molecule = Molecule.carbonylSulfide
  private static let (rows, samples) = (900, 64)

  private static func posterior(width factor: Double) -> PosteriorSamples {
    let width = molecule.width
    var truth: [Float] = []
    var values: [Float] = []
    for row in 0..<rows {
      var random = RowRandom(seed: 3, stream: .geometry, row: row)
      let means = (0..<width).map { _ in 5 * random.normal() }
      truth += means.map { Float($0 + sigma * random.normal()) }
      for _ in 0..<samples {
        values += means.map { Float($0 + factor * sigma * random.normal()) }
      }
    }
    return PosteriorSamples(
      molecule: molecule, rows: (0..<UInt32(rows)).map { $0 }, samples: samples, values: values,
      truth: truth, momenta: truth)
  }

  private static let sigma = 0.3

  @Test("coverage and scores are those of the formulas", arguments: [1, 0.5, 2])
  func closedForm(factor: Double) throws {
    let calibration = Calibration(of: Self.posterior(width: factor), seed: 1, threads: 2)
    #expect(calibration.rows == Self.rows && calibration.notFinite == 0)
    let quantiles = [0.674_490, 1.281_552, 1.644_854, 1.959_964]
    for (level, quantile) in quantiles.enumerated() {
      // |truth| ≤ w·σ·q has this probability. Nine coordinates of 900 rows vary by 0.5 %, and
      // the tails of 64 draws are coarse.
      let expected = erf(factor * quantile / 2.0.squareRoot())
      #expect(abs(calibration.coverage[level] - expected) < 0.03, "\(level)")
    }
    let same = 2 / Double.pi.squareRoot()
    let crps =
      Self.sigma
      * ((2 * (1 + factor * factor) / Double.pi).squareRoot() - factor * same / 2)
    for column in calibration.columns {
      #expect(abs(column.crps / crps - 1) < 0.08, "\(column.name)")
      #expect(factor == 1 ? column.pValue > 1e-4 : column.pValue < 1e-9, "\(column.name)")
    }
    // In nine dimensions E‖X‖ of N(0, 1) is √2·Γ(5)/Γ(4.5).
    let norm = 2.0.squareRoot() * tgamma(5) / tgamma(4.5)
    let score =
      Self.sigma * norm
      * ((1 + factor * factor).squareRoot() - factor * 2.0.squareRoot() / 2)
    #expect(abs(calibration.energyScore / score - 1) < 0.02)
  }

  @Test("samples of the true posterior have the best scores")
  func proper() {
    let all = [0.5, 1, 2].map { Calibration(of: Self.posterior(width: $0), seed: 1, threads: 2) }
    #expect(all[1].energyScore < all[0].energyScore && all[1].energyScore < all[2].energyScore)
    for c in 0..<Self.molecule.width {
      #expect(all[1].columns[c].crps < all[0].columns[c].crps)
      #expect(all[1].columns[c].crps < all[2].columns[c].crps)
    }
  }

  @Test("ranks of a constant that is always right are uniform, by chance")
  func ties() {
    let width = Self.molecule.width
    let posterior = PosteriorSamples(
      molecule: Self.molecule, rows: (0..<UInt32(400)).map { $0 }, samples: 10,
      values: [Float](repeating: 1, count: 4000 * width),
      truth: [Float](repeating: 1, count: 400 * width),
      momenta: [Float](repeating: 0, count: 400 * width))
    let calibration = Calibration(of: posterior, seed: 1, threads: 1)
    for column in calibration.columns {
      #expect(column.pValue > 1e-4 && column.crps == 0)
      #expect(column.ranks.allSatisfy { $0 >= 0 && $0 < 1 })
    }
    let again = Calibration(of: posterior, seed: 1, threads: 2)
    #expect(again.columns.map(\.ranks) == calibration.columns.map(\.ranks))
  }

  @Test("rows with non-finite samples are counted and left out")
  func notFinite() {
    let width = Self.molecule.width
    var values = [Float](repeating: 0, count: 2 * 3 * width)
    values[4] = .nan
    let posterior = PosteriorSamples(
      molecule: Self.molecule, rows: [0, 1], samples: 3, values: values,
      truth: [Float](repeating: 2, count: 2 * width),
      momenta: [Float](repeating: 0, count: 2 * width))
    let calibration = Calibration(of: posterior, seed: 1, threads: 1)
    #expect(calibration.rows == 1 && calibration.notFinite == 1)
    #expect(calibration.columns[0].crps == 2 && calibration.energyScore == 6)
  }

  @Test("scores by hand")
  func byHand() {
    // E|X − y| = (1 + 0 + 3)/3, E|X − X′| = (1 + 4 + 3)·2/6.
    let crps = Scores.crps(sorted: [0, 1, 4], truth: 1)
    #expect(abs(crps - (4.0 / 3 - 8.0 / 6)) < 1e-15)
    // Points of a 3-4-5 triangle, and the truth in one of them.
    let energy = Scores.energy([0, 0, 3, 0, 3, 4][...], truth: [0, 0][...])
    #expect(abs(energy - ((0 + 3 + 5) / 3.0 - (3 + 4 + 5) / 6.0)) < 1e-6)
  }

  @Test("quantiles lie between neighbors")
  func quantiles() {
    #expect([3.0, 1, 2].median == 2 && [4.0, 1, 2, 3].median == 2.5)
    #expect([0.0, 10].quantile(0.95) == 9.5 && [Double]().median.isNaN)
    #expect([1, 2, Double.infinity].median == 2)
  }
}
