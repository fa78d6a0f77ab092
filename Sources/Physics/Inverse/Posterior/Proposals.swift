import Glibc

/// Where the draws of one event come from: from momenta around the measured ones, and from normal
/// distributions of geometries, in shares.
///
/// The first is right wherever the prior is wide. It is blind for a prior that is narrower than the
/// noise, and at folds, where 1/|det ∂p/∂x| is largest, it rarely is where the weight is. The others
/// have that factor themselves: their momenta are those that the drawn geometries explode into.
struct Proposals: Sendable {
  /// Of relative momenta.
  let center: [Double]
  let root: Cholesky
  /// Of relative positions.
  private(set) var modes: [Gaussian] = []
  private var cumulative: [Double] = []
  /// The share of draws of momenta.
  var share = 1.0

  /// - Returns: nil for a covariance without an inverse.
  init?(_ measured: MeasuredMomenta) {
    guard let root = Cholesky(measured.covariance, count: measured.center.count) else { return nil }
    (center, self.root) = (measured.center, root)
  }

  /// - Parameter found: with the logarithms of their parts of the probability.
  mutating func take(_ found: [(mode: Gaussian, logPart: Double)]) {
    guard let top = found.map(\.logPart).max() else { return }
    let parts = found.map { exp($0.logPart - top) }
    let total = parts.reduce(0, +)
    modes = found.map(\.mode)
    // A fifth is shared evenly: the parts are estimates.
    var sum = 0.0
    cumulative = parts.map { part in
      sum += 0.8 * part / total + 0.2 / Double(parts.count)
      return sum
    }
    share = 0.5
  }

  /// What is drawn: momenta, or a geometry.
  enum Draw {
    case momenta([Double])
    case geometry([Double])
  }

  /// - Parameter place: from 0 to 1, which proposal it is.
  func draw(_ place: Double, _ random: inout RowRandom) -> Draw {
    let z = center.map { _ in random.normal() }
    guard place >= share, !modes.isEmpty else {
      return .momenta(zip(center, root.times(z)).map { $0 + $1 })
    }
    let within = (place - share) / (1 - share)
    let mode = cumulative.firstIndex { $0 > within } ?? modes.count - 1
    return .geometry(modes[mode].point(z))
  }

  /// The density of momenta that are drawn as such.
  func ofMomenta(_ u: [Double]) -> Double {
    let distance = root.distance(zip(u, center).map { $0 - $1 })
    return exp(
      -0.5 * (distance + root.logDeterminant + Double(u.count) * log(2 * .pi)))
  }

  /// The density of geometries that are drawn as such.
  func ofGeometry(_ x: [Double]) -> Double {
    var last = 0.0
    return zip(modes, cumulative).reduce(0) { sum, next in
      defer { last = next.1 }
      return sum + (next.1 - last) * exp(next.0.logDensity(x))
    }
  }
}
