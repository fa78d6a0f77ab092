import Glibc
import Physics
import Randomness
import Testing

@testable import Evaluation

/// Samples near exact geometries, of which every number is computed by hand.
@Suite struct WeightScoreTests {
  /// Geometries on a line, 10 bohr apart, with so many samples at each.
  private func row(
    _ weights: [Double], samples: [Int], truth: Int? = 0, distance: Double = 0.1
  ) -> ExactRow {
    let nearest = samples.enumerated().flatMap { k, count in [Int](repeating: k, count: count) }
    return ExactRow(
      row: 0, geometries: weights.indices.map { [Double(10 * $0)] }, weights: weights, truth: truth,
      nearest: nearest, distances: nearest.map { _ in distance })
  }

  @Test("recall counts geometries above 1 % with a sample within half a bohr")
  func recall() {
    let rows = [
      row([0.5, 0.3, 0.192, 0.008], samples: [3, 0, 1, 0]), row([1], samples: [4]),
      row([0, 0], samples: [2, 2]),
    ]
    #expect(WeightScores(rows).recall == 0.75)
    #expect(WeightScores([row([1], samples: [4], distance: 0.51)]).recall == 0)
    #expect(WeightScores([row([0, 0], samples: [2, 2])]).recall.isNaN)
  }

  @Test("errors of weights are of geometries above 1 %, in events with several")
  func errors() {
    let scores = WeightScores([
      row([0.5, 0.3, 0.192, 0.008], samples: [3, 0, 1, 0]),
      // One geometry has all samples: nothing is to be learned from it.
      row([1], samples: [4]),
      // The second is none of the truth's, but the model's.
      row([1, 0], samples: [3, 1]),
    ])
    let first = [0.25, 0.3, 0.058], third = [0.25, 0.25]
    #expect(abs(scores.error - (first + third).reduce(0, +) / 5) < 1e-12)
    #expect(abs(scores.misplaced - ((0.25 + 0.3 + 0.058 + 0.008) / 2 + 0.25) / 2) < 1e-12)
  }

  @Test("calibration compares shares with how often they are the truth, in tenths")
  func calibration() {
    // 0.75 twice, once true: 0.25 off. 0.25 twice, once true: 0.25 off.
    let rows = [
      row([0.6, 0.4], samples: [3, 1], truth: 0), row([0.6, 0.4], samples: [3, 1], truth: 1),
    ]
    #expect(abs(WeightScores(rows).calibrationError - 0.25) < 1e-12)
    let bins = WeightBin.all(rows)
    #expect(bins.map(\.count) == [0, 0, 2, 0, 0, 0, 0, 2, 0, 0])
    #expect(bins[7].share == 0.75 && bins[7].frequency == 0.5)
    // Three in four true is what the share says; where the truth is not listed nothing is known.
    let right = [0, 0, 0, 1].map { row([0.6, 0.4], samples: [3, 1], truth: $0) }
    #expect(
      WeightScores(right + [row([1, 0], samples: [0, 4], truth: nil)]).calibrationError == 0)
    #expect(WeightBin.all([row([0.5, 0.5], samples: [4, 0])])[9].count == 1)
  }

  @Test("the log score adds half a sample to each geometry")
  func logScore() {
    let rows = [
      row([0.5, 0.5], samples: [3, 1], truth: 0), row([0.5, 0.5], samples: [4, 0], truth: 1),
      row([0.5, 0.5], samples: [4, 0], truth: nil),
    ]
    let expected = -(log(3.5 / 5) + log(0.5 / 5)) / 2
    #expect(abs(WeightScores(rows).logScore - expected) < 1e-12)
  }

  @Test("samples of the exact posterior have its weights, but for chance")
  func exactSamples() {
    let weights = [0.5, 0, 0.3, 0.2]
    var shares = [0.0, 0, 0, 0]
    let rows = (0..<400).map { number in
      row(weights, samples: [50, 0, 0, 0]).exactlySampled(seed: 1, number: number)
    }
    for row in rows {
      #expect(row.nearest.count == 50 && row.distances.allSatisfy { $0 == 0 })
      for k in 0..<4 { shares[k] += row.shares[k] / 400 }
    }
    // Of 20,000 samples a share varies by 0.35 %.
    #expect(shares[1] == 0 && zip(shares, weights).allSatisfy { abs($0 - $1) < 0.015 })
    // The mean of |share − weight| of 50 samples is √(2w(1 − w)/(50π)), nearly.
    let deviations = [0.5, 0.3, 0.2].map { (2 * $0 * (1 - $0) / (50 * Double.pi)).squareRoot() }
    #expect(abs(WeightScores(rows).error / (deviations.reduce(0, +) / 3) - 1) < 0.05)
  }

  @Test("a family is refuted where true geometries are not the probable ones")
  func family() {
    // −log w of weights 0.8 and 0.2 varies by 0.4·log 4; two true ones of 0.2 are off by 0.8·log 4.
    let wrong = [ExactRow](repeating: row([0.8, 0.2], samples: [1, 0], truth: 1), count: 2)
    let fit = FamilyFit(wrong + [row([0.5, 0.5], samples: [1, 0]), row([1], samples: [1])])
    #expect(abs(fit.deviation - 8.0.squareRoot()) < 1e-12)
    #expect(!fit.isRefuted && fit.events == 4 && fit.impossible == 0)
    #expect(FamilyFit([ExactRow](repeating: wrong[0], count: 8)).isRefuted)
    // As often as the weights say.
    let right = (0..<50).map { row([0.8, 0.2], samples: [1, 0], truth: $0 % 5 == 0 ? 1 : 0) }
    #expect(abs(FamilyFit(right).deviation) < 1e-9)
    let impossible = row([0, 1], samples: [1, 0], truth: 0)
    #expect(FamilyFit(right + [impossible]).isRefuted)
    #expect(FamilyFit(right + [impossible]).impossible == 1)
    #expect(FamilyFit([row([1], samples: [1])]).deviation.isNaN)
    #expect(FamilyFit([row([0.8, 0.2], samples: [1, 0], truth: nil)]).events == 0)
  }
}
