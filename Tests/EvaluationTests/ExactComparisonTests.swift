import Datasets
import Physics
import Randomness
import Testing
import Text

@testable import Evaluation

/// Samples beside the exact geometries of their momenta.
@Suite struct ExactComparisonTests {
  private static let molecule = Molecule.carbonylSulfide

  /// Rows of two geometries at 0 and at `apart`, with one sample each.
  private func comparison(apart: [Double], samples: [Double], truth: [Float]) -> ExactComparison {
    let posterior = PosteriorSamples(
      molecule: Self.molecule, rows: [0], samples: samples.count,
      values: samples.flatMap { x in (0..<9).map { $0 == 0 ? Float(x) : 0 } },
      truth: truth, momenta: truth)
    let geometries = [0, apart[0]].map { x in (0..<9).map { $0 == 0 ? x : 0.0 } }
    let found = samples.indices.map { sample in
      ExactRow.nearest(to: posterior.values[9 * sample..<9 * sample + 9], of: geometries)
    }
    let row = ExactRow(
      row: 0, geometries: geometries, weights: [0.75, 0.25], truth: 0,
      nearest: found.map(\.geometry), distances: found.map(\.distance))
    return ExactComparison(
      posterior, rows: [row], family: "none", statuses: [.certified: 1], momentumError: 0, seed: 1)
  }

  @Test("distances, and the errors of both means")
  func distances() throws {
    let result = comparison(
      apart: [4], samples: [0.25, -0.25, 3, 3.5], truth: [Float](repeating: 0, count: 9))
    #expect(result.rows[0].nearest == [0, 0, 1, 1])
    #expect(result.rows[0].distances == [0.25, 0.25, 1, 0.5])
    #expect(result.median == 0.375 && result.beyond == 0.25)
    #expect(abs(result.percentile95 - 0.925) < 1e-12)
    // Means at 1.625 and at 1, in one of nine coordinates.
    #expect(abs(try #require(result.meanError) - 1.625 * 1.625 / 9) < 1e-12)
    #expect(abs(try #require(result.exactMeanError) - 1.0 / 9) < 1e-12)
    #expect(result.weights?.error == 0.25 && result.weights?.recall == 1)
    #expect(result.listed == 1 && result.outside == 0 && result.left == 0)
  }

  @Test("one sample has no shares, but a distance and an error")
  func deterministic() {
    let result = comparison(apart: [4], samples: [3], truth: [Float](repeating: 0, count: 9))
    #expect(result.weights == nil && result.reference == nil)
    #expect(result.median == 1 && result.meanError == 1)
  }
}
