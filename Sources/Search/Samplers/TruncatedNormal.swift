import Glibc

/// The normal distribution between two bounds.
struct TruncatedNormal {
  let mean, width: Double
  let low, high: Double

  /// The probability between two points of the standard normal distribution, in whose tails
  /// differences of `erfc` of positive numbers keep their digits.
  private static func mass(_ a: Double, _ b: Double) -> Double {
    if a > 0 { return (erfc(a / 2.0.squareRoot()) - erfc(b / 2.0.squareRoot())) / 2 }
    return (erfc(-b / 2.0.squareRoot()) - erfc(-a / 2.0.squareRoot())) / 2
  }

  private func standard(_ x: Double) -> Double { (x - mean) / width }

  private var total: Double { Self.mass(standard(low), standard(high)) }

  func logDensity(_ x: Double) -> Double {
    let z = standard(x)
    return -z * z / 2 - log(width * (2 * Double.pi).squareRoot()) - log(total)
  }

  /// The logarithm of the probability of an interval.
  func logMass(from a: Double, to b: Double) -> Double {
    log(Self.mass(standard(a), standard(b))) - log(total)
  }

  /// The point below which there is a share of the probability, by bisection.
  func quantile(_ share: Double) -> Double {
    var (a, b) = (standard(low), standard(high))
    let start = a
    let wanted = share * total
    for _ in 0..<60 {
      let middle = (a + b) / 2
      if Self.mass(start, middle) < wanted { a = middle } else { b = middle }
    }
    return min(max(mean + width * (a + b) / 2, low), high)
  }
}
