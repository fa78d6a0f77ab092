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
    values.isEmpty ? .nan : pValue(distance: distance(values), count: values.count)
  }

  /// P(Dₙ ≥ d).
  ///
  /// Small probabilities are exact to 1e-7 of themselves up to a million values; others are exact to
  /// 1e-10 up to 500 values, and to 5e-5 above.
  package static func pValue(distance d: Double, count n: Int) -> Double {
    if d >= 1 { return 0 }
    if 2 * Double(n) * d <= 1 { return 1 }
    if Double(n) * d * d > 3, n <= 1_000_000 { return 2 * oneSided(d, n) }
    if n <= 500 { return 1 - KolmogorovMatrix.probability(distance: d, count: n) }
    // Vrbik (2018): with this argument the limiting distribution has an error of order 1/n.
    let root = Double(n).squareRoot()
    return tail(root * d + 1 / (6 * root) + (root * d - 1) / Double(4 * n))
  }

  /// P(Dₙ⁺ ≥ d), which is half of P(Dₙ ≥ d) up to the probability that both sides are that far:
  /// a part exp(−6nd²) of it.
  ///
  /// Birnbaum and Tingey (1951): `d Σ C(n,j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j)`, j from 0 to n(1−d).
  private static func oneSided(_ d: Double, _ n: Int) -> Double {
    let count = Double(n)
    // log C(n,j)
    var choices = 0.0
    var sum = 0.0
    for j in 0...Int(count * (1 - d)) {
      if j > 0 { choices += log((count - Double(j) + 1) / Double(j)) }
      let share = Double(j) / count
      let rest = 1 - d - share
      // At the end 0⁰ is 1, and 0 to a power is nothing.
      guard rest > 0 else { continue }
      sum += exp(choices + Double(j - 1) * log(d + share) + Double(n - j) * log(rest))
    }
    return min(0.5, d * sum)
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
