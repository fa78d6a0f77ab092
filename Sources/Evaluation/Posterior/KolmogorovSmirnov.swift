import Glibc

/// The Kolmogorov–Smirnov test against the uniform distribution on 0…1.
package enum KolmogorovSmirnov {
  /// The largest distance between the empirical distribution and the diagonal.
  package static func distance(_ values: [Double]) -> Double {
    let count = Double(values.count)
    return values.sorted().enumerated().reduce(0) { largest, next in
      let (index, value) = next
      return max(largest, Double(index + 1) / count - value, value - Double(index) / count)
    }
  }

  /// The p-value: the probability of a distance at least this large for uniform values.
  package static func pValue(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let root = Double(values.count).squareRoot()
    // Stephens' approximation is accurate to a percent from eight values on.
    return tail((root + 0.12 + 0.11 / root) * distance(values))
  }

  /// 1 − K(λ), K the limiting distribution of √n times the distance.
  static func tail(_ lambda: Double) -> Double {
    guard lambda > 0 else { return 1 }
    // Two series of the same function: each converges fast on its side.
    if lambda < 1.18 {
      let step = -Double.pi * Double.pi / (8 * lambda * lambda)
      let sum = [1.0, 3, 5, 7].reduce(0) { sum, odd in sum + exp(step * odd * odd) }
      return 1 - (2 * Double.pi).squareRoot() / lambda * sum
    }
    let step = -2 * lambda * lambda
    let sum = [1.0, 2, 3, 4].reduce(0) { sum, j in
      sum + (j.truncatingRemainder(dividingBy: 2) == 1 ? 2 : -2) * exp(step * j * j)
    }
    return min(1, max(0, sum))
  }
}
