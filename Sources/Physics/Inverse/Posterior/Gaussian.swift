import Glibc

/// A normal distribution by its principal axes.
struct Gaussian: Sendable {
  var mean: [Double]
  /// Unit vectors, and the standard deviation along each.
  var axes: [[Double]]
  var widths: [Double]

  /// - Parameter precision: the inverse of the covariance.
  init(mean: [Double], precision: [[Double]]) {
    self.mean = mean
    let problem = SymmetricEigenproblem(precision)
    // What the rounding of the largest leaves of others.
    let least = 1e-12 * (problem.values.last ?? 0)
    axes = problem.vectors
    widths = problem.values.map { 1 / max($0, least).squareRoot() }
  }

  /// How far a point is from the mean, in standard deviations along each axis.
  func coordinates(_ x: [Double]) -> [Double] {
    zip(axes, widths).map { axis, width in
      var sum = 0.0
      for i in x.indices { sum += axis[i] * (x[i] - mean[i]) }
      return sum / width
    }
  }

  func point(_ z: [Double]) -> [Double] {
    var x = mean
    for (k, axis) in axes.enumerated() {
      for i in x.indices { x[i] += z[k] * widths[k] * axis[i] }
    }
    return x
  }

  /// log of what the density has besides (2π)^(−n/2).
  var logScale: Double { widths.reduce(0) { $0 - log($1) } }

  func logDensity(_ x: [Double]) -> Double {
    let distance = coordinates(x).reduce(0) { $0 + $1 * $1 }
    return logScale - 0.5 * (distance + Double(mean.count) * log(2 * .pi))
  }
}
