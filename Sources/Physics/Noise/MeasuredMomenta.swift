import Glibc

/// What a row of noisy momenta says of the momenta that the ions really had.
///
/// Those are p = A·u, with u the momenta of all ions but the first, which has what makes the total
/// 0. Measured is T·p + noise with the covariance T·C·Tᵀ. T leaves out what was not measured; where
/// nothing is known of the total, or it has been subtracted, T takes the momenta about the center of
/// mass, of all ions but the first. C is that of the ions, plus σ² m mᵀ/M² of a molecule that moved
/// with momenta of deviation σ.
package struct MeasuredMomenta: Sendable {
  /// What is made of the total momentum.
  package enum Total: Sendable, Equatable {
    /// It is used: the mean square of its components, and what noise and jet make of that.
    case used(square: Double, variance: Double)
    /// It is 0 where noise would not leave it: it was subtracted.
    case subtracted
    /// An ion is missing, or nothing is known of the molecule's own momentum.
    case unknown
  }

  /// The most probable u if every u is as probable as any other, and rows of its covariance.
  package let center: [Double]
  package let covariance: [Double]
  package let total: Total
  private let noise: MomentumNoise
  private let masses: [Double]
  private let observation: Observation
  private let observed: [Double]
  /// Of the covariance of what was measured, if it is the same for all u.
  private let fixed: Cholesky?

  /// - Parameter momenta: x, y, z of each ion; nan where it was not measured.
  /// - Returns: nil where it is not enough to know u, or not finite.
  package init?(_ momenta: [Double], _ noise: MomentumNoise, masses: [Double]) {
    (self.noise, self.masses) = (noise, masses)
    guard let filled = MissingIon.filled(momenta), filled.allSatisfy(\.isFinite) else { return nil }
    let plain = noise.covariance(of: filled, masses: masses)
    let isMissing = momenta.contains(where: \.isNaN)
    if isMissing && noise.jet == .infinity { return nil }
    let total = isMissing || noise.jet == .infinity ? .unknown : Self.total(of: momenta, plain)
    self.total = total
    let hasTotal = total != .subtracted && noise.jet != .infinity
    let observation =
      hasTotal
      ? Observation(of: momenta.indices.filter { !momenta[$0].isNaN }, width: momenta.count)
      : Observation(relativeOf: masses)
    self.observation = observation
    let observed = observation.of(filled)
    self.observed = observed
    guard let root = Cholesky(observation.covariance(plain), count: observed.count) else {
      return nil
    }
    if case .relative = noise.width { fixed = nil } else { fixed = root }
    // The normal equations.
    let n = momenta.count - 3
    let columns = (0..<n).map { j in
      root.whitened(observation.of(Self.momenta(.unit(j, of: n))))
    }
    let right = root.whitened(observed)
    var precision = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n { precision[i * n + j] = columns[i].dot(columns[j]) }
    }
    guard let normal = Cholesky(precision, count: n) else { return nil }
    center = normal.solve(columns.map { $0.dot(right) })
    covariance = normal.inverse
  }

  /// log of the density of what was measured, for true momenta u.
  package func logLikelihood(_ u: [Double]) -> Double {
    let p = Self.momenta(u)
    guard
      let root = fixed
        ?? Cholesky(
          observation.covariance(noise.covariance(of: p, masses: masses)), count: observed.count)
    else { return -.infinity }
    let rest = zip(observed, observation.of(p)).map { $0 - $1 }
    return -0.5
      * (root.distance(rest) + root.logDeterminant + Double(observed.count) * log(2 * .pi))
  }

  /// The momenta of all ions, x, y, z of each.
  package static func momenta(_ u: [Double]) -> [Double] {
    var first = [0.0, 0, 0]
    for (i, x) in u.enumerated() { first[i % 3] -= x }
    return first + u
  }

  /// A total that is a thousand times closer to 0 than noise makes it, in all directions, which
  /// happens by chance once in 10⁹ rows, was subtracted.
  private static func total(of momenta: [Double], _ covariance: [Double]) -> Total {
    let n = momenta.count
    let axes = (0..<3).map { axis in
      let members = stride(from: axis, to: n, by: 3)
      let total = members.reduce(0) { $0 + momenta[$1] }
      let variance = members.reduce(0) { sum, i in
        members.reduce(sum) { $0 + covariance[i * n + $1] }
      }
      return (square: total * total, variance: variance)
    }
    if axes.allSatisfy({ $0.square < 1e-6 * $0.variance }) { return .subtracted }
    return .used(
      square: axes.reduce(0) { $0 + $1.square } / 3,
      variance: axes.reduce(0) { $0 + $1.variance } / 3)
  }
}

/// What is measured of momenta: T.
private struct Observation: Sendable {
  /// Rows of `width` numbers.
  private let rows: [[Double]]

  /// Some components.
  init(of components: [Int], width: Int) {
    rows = components.map { c in (0..<width).map { $0 == c ? 1 : 0 } }
  }

  /// Momenta about the center of mass, but for those of the first ion.
  init(relativeOf masses: [Double]) {
    let width = 3 * masses.count, mass = masses.reduce(0, +)
    rows = (3..<width).map { r in
      (0..<width).map { c in
        (r == c ? 1 : 0) - (r % 3 == c % 3 ? masses[r / 3] / mass : 0)
      }
    }
  }

  func of(_ p: [Double]) -> [Double] {
    rows.map { row in zip(row, p).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// T·C·Tᵀ.
  func covariance(_ c: [Double]) -> [Double] {
    let width = rows[0].count
    let half = rows.map { row in
      (0..<width).map { j in (0..<width).reduce(0) { $0 + row[$1] * c[$1 * width + j] } }
    }
    return half.flatMap { of($0) }
  }
}
