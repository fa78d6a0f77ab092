import Glibc

/// The tail of importance weights: how far their mean can be trusted.
///
/// The largest fifth of the weights, but no more than 3√n, is fitted by a generalized Pareto
/// distribution. Its shape k̂ says how many moments the weights have: 1/k̂. Below 0.5 the variance is
/// finite; above 0.7 no practical number of draws gives a good mean.
///
/// The fit is that of Zhang and Stephens (Technometrics 51, 316, 2009), drawn toward ½ by as much as
/// ten more weights would as Vehtari et al. (J. Mach. Learn. Res. 25, 72, 2024) advise.
package enum ParetoTail {
  /// k̂; nan for fewer than 25 weights, which say too little, or if all of them are 0.
  package static func shape(_ weights: [Double]) -> Double {
    let n = weights.count
    let count = min(n / 5, Int(3 * Double(n).squareRoot()))
    let sorted = weights.sorted()
    guard count >= 5, let largest = sorted.last, largest > 0, largest < .infinity else {
      return .nan
    }
    let threshold = sorted[n - count - 1]
    let excess = sorted[(n - count)...].map { ($0 - threshold) / largest }
    return regularized(fit(excess), count: count)
  }

  private static func regularized(_ shape: Double, count: Int) -> Double {
    (Double(count) * shape + 5) / Double(count + 10)
  }

  /// - Parameter x: ascending, from 0.
  private static func fit(_ x: [Double]) -> Double {
    let n = x.count
    guard let largest = x.last, largest > 0 else { return 0 }
    // A quarter of equal weights would divide by 0.
    let quartile = max(x[Int(Double(n) / 4 + 0.5) - 1], 1e-10 * largest)
    let points = 30 + Int(Double(n).squareRoot())
    let candidates = (0..<points).map { j in
      1 / largest
        + (1 - (Double(points) / (Double(j) + 0.5)).squareRoot()) / (3 * quartile)
    }
    let likelihoods = candidates.map { b in
      let k = shape(x, b)
      return Double(n) * (log(-b / k) - k - 1)
    }
    let usable = zip(candidates, likelihoods).filter { $1.isFinite }
    let top = usable.map(\.1).max() ?? 0
    let total = usable.reduce(0) { $0 + exp($1.1 - top) }
    guard total > 0 else { return 0 }
    return shape(x, usable.reduce(0) { $0 + $1.0 * exp($1.1 - top) } / total)
  }

  private static func shape(_ x: [Double], _ b: Double) -> Double {
    x.reduce(0) { $0 + log1p(-b * $1) } / Double(x.count)
  }
}
