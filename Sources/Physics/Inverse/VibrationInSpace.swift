import Glibc

/// Normal coordinates of a molecule of any number of atoms, Gaussian, in any direction.
///
/// A geometry x is turned so that Σ m g × x = 0 (Eckart 1935), g being the equilibrium: what is left
/// are normal coordinates. Turning changes the volume by det Σ m (e_j × g)·(e_k × x), in units of
/// what it is at x = g; of a line, only turning across it counts.
struct VibrationInSpace: Sendable {
  private let geometry: [SIMD3<Double>]
  private let masses: [Double]
  /// m times the displacement of each atom, and 1/variance.
  private let modes: [(weights: [SIMD3<Double>], precision: Double)]
  private let isLinear: Bool
  /// Whether mirror images are as probable.
  private let isRacemic: Bool

  init(_ source: EquilibriumSource) {
    var places = source.geometry
    places.center(source.masses)
    (geometry, masses) = (places, source.masses)
    isLinear = source.modes.frequencies.count == 3 * masses.count - 5
    isRacemic = source.family.racemic
    modes = zip(source.modes.displacements, source.modes.frequencies).map { mode, frequency in
      let variance = EquilibriumFamily.variance(
        frequency: frequency, temperature: source.family.temperature)
      let weights = source.masses.enumerated().map { $1 * SIMD3(mode, atom: $0) }
      return (weights, 1 / variance)
    }
  }

  /// - Parameter x: Anywhere.
  func density(_ x: [SIMD3<Double>]) -> Double {
    var places = x
    places.center(masses)
    if !isRacemic { return oneHand(places) }
    return (oneHand(places) + oneHand(places.map { SIMD3($0.x, $0.y, -$0.z) })) / 2
  }

  private func oneHand(_ x: [SIMD3<Double>]) -> Double {
    let turns = Rotation.stationary(x, zip(geometry, masses).map { $0 * $1 })
    // Any rotation with Σ m g × x = 0 can have led here; of a line, one is as good as others.
    return turns.suffix(isLinear ? 1 : 4).reduce(0) { $0 + turned(x.map($1.callAsFunction)) }
  }

  private func turned(_ x: [SIMD3<Double>]) -> Double {
    let exponent = modes.reduce(0) { sum, mode in
      var q = 0.0
      for i in x.indices { q += mode.weights[i].dot(x[i] - geometry[i]) }
      return sum + 0.5 * mode.precision * q * q
    }
    return exp(-exponent) / volume(x)
  }

  private func volume(_ x: [SIMD3<Double>]) -> Double {
    // Columns of Σ m x gᵀ.
    var (a, b, c) = (SIMD3<Double>.zero, SIMD3<Double>.zero, SIMD3<Double>.zero)
    for i in x.indices {
      a += masses[i] * geometry[i].x * x[i]
      b += masses[i] * geometry[i].y * x[i]
      c += masses[i] * geometry[i].z * x[i]
    }
    let trace = a.x + b.y + c.z
    if isLinear { return trace * trace }
    // Columns of trace − Σ m x gᵀ.
    return abs(
      (SIMD3(trace, 0, 0) - a).dot((SIMD3(0, trace, 0) - b).cross(SIMD3(0, 0, trace) - c)))
  }

  /// log of the integral of the density over relative positions, as of `Vibration`.
  var logVolume: Double {
    let widths = modes.reduce(0) { $0 + 0.5 * log(2 * .pi / $1.precision) }
    let directions = isLinear ? 4 * Double.pi : 8 * Double.pi * Double.pi
    return widths + log(directions) - 0.5 * log(volume(geometry))
      - 0.5 * RelativeCoordinates(masses: masses).logMassFactor
  }
}
