import Glibc
import Physics
import Randomness
import Testing

/// k̂ of importance weights.
@Suite struct ParetoTailTests {
  @Test(
    "the shape of a tail is found, drawn a little toward ½", arguments: [-0.5, 0.1, 0.5, 0.9, 1.5])
  func shape(k: Double) {
    // Weights that are a generalized Pareto distribution throughout: (u^(−k) − 1)/k.
    let shapes = (0..<40).map { set in
      let weights = (0..<1000).map { row in
        var random = RowRandom(seed: UInt64(set), stream: .example, row: row)
        let u = 1 - random.uniform()
        return 1 + (pow(u, -k) - 1) / k
      }
      return ParetoTail.shape(weights)
    }
    // 94 weights count, and ½ as much as ten.
    let expected = (94 * k + 5) / 104
    let error = deviation(shapes) / 40.0.squareRoot()
    #expect(error < 0.05)
    #expect(abs(mean(shapes) - expected) < 4 * error + 0.03, "\(mean(shapes)) ± \(error)")
  }

  @Test("weights that say nothing have no shape; equal ones no tail")
  func degenerate() {
    #expect(ParetoTail.shape([1, 2, 3]).isNaN)
    #expect(ParetoTail.shape([Double](repeating: 0, count: 64)).isNaN)
    #expect(ParetoTail.shape([Double](repeating: 1, count: 64)) < 0.7)
    let one = [1.0] + [Double](repeating: 0, count: 63)
    #expect(ParetoTail.shape(one) > 0.7)
    #expect(ParetoTail.shape([Double](repeating: 1, count: 63) + [.infinity]).isNaN)
  }
}
