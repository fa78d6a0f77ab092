/// Proper scores: smallest, on average, for samples from the true distribution.
///
/// E|X − X′| is the mean over pairs of different samples, which makes the scores unbiased.
enum Scores {
  /// The continuous ranked probability score E|X − y| − ½ E|X − X′|.
  ///
  /// - Parameter sorted: the samples X, in ascending order.
  static func crps(sorted: [Double], truth: Double) -> Double {
    let count = sorted.count
    var (distance, spread) = (0.0, 0.0)
    for (index, x) in sorted.enumerated() {
      distance += abs(x - truth)
      spread += Double(2 * index - count + 1) * x
    }
    let pairs = Double(count * max(1, count - 1))
    return distance / Double(count) - spread / pairs
  }

  /// The energy score E‖X − y‖ − ½ E‖X − X′‖ of one row.
  ///
  /// - Parameter samples: samples×coordinates.
  static func energy(_ samples: ArraySlice<Float>, truth: ArraySlice<Float>) -> Double {
    let width = truth.count
    let count = samples.count / width
    var (distance, spread) = (0.0, 0.0)
    samples.withUnsafeBufferPointer { samples in
      truth.withUnsafeBufferPointer { truth in
        for i in 0..<count {
          distance += Self.distance(samples, i * width, truth, 0, width)
          for j in 0..<i { spread += Self.distance(samples, i * width, samples, j * width, width) }
        }
      }
    }
    return distance / Double(count) - spread / Double(count * max(1, count - 1))
  }

  @inline(__always)
  private static func distance(
    _ a: UnsafeBufferPointer<Float>, _ i: Int, _ b: UnsafeBufferPointer<Float>, _ j: Int,
    _ width: Int
  ) -> Double {
    var sum: Float = 0
    for c in 0..<width {
      let d = a[i + c] - b[j + c]
      sum += d * d
    }
    return Double(sum.squareRoot())
  }
}
