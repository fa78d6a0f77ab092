import Glibc

/// Normal coordinates of a molecule of three atoms, Gaussian, in any direction.
///
/// A geometry x is turned so that Σ m g × x = 0 (Eckart), g being the equilibrium: what is left are
/// normal coordinates. Turning changes the volume by det Σ m (e_j × g)·(e_k × x), in units of what
/// it is at x = g.
struct Vibration: Sendable {
  private let geometry: [Complex]
  /// The same modes in the plane: m times displacements, and 1/variance.
  private let modes: [(weights: [Complex], precision: Double)]
  private let isLinear: Bool

  init(_ source: EquilibriumSource) {
    var places = source.geometry
    places.center(source.masses)
    // Axes of the plane: families have their molecules in the xy plane, files may not.
    let first = places.max { $0.length < $1.length } ?? SIMD3(1, 0, 0)
    let e1 = first / first.length
    let across = places.map { $0 - $0.dot(e1) * e1 }.max { $0.length < $1.length } ?? .zero
    isLinear = across.length < 1e-6 * first.length
    let e2 =
      isLinear ? e1.farthestAxis.perpendicular(to: e1) : (across / across.length)
    geometry = places.map { Complex($0.dot(e1), $0.dot(e2)) }
    modes = zip(source.modes.displacements, source.modes.frequencies).map { mode, frequency in
      let moves = (0..<3).map { SIMD3(mode, atom: $0) }
      let variance = EquilibriumFamily.variance(
        frequency: frequency, temperature: source.family.temperature)
      return (
        zip(moves, source.masses).map { $1 * Complex($0.dot(e1), $0.dot(e2)) }, 1 / variance
      )
    }
  }

  func density(_ x: [Complex], _ masses: [Double]) -> Double {
    // A plane has two sides; of a line they are the same.
    isLinear ? oneSide(x, masses) : oneSide(x, masses) + oneSide(x.map(\.conjugate), masses)
  }

  private func oneSide(_ x: [Complex], _ masses: [Double]) -> Double {
    var turn = Complex(0, 0)
    for i in 0..<3 { turn += masses[i] * (geometry[i].conjugate * x[i]) }
    let size = turn.square.squareRoot()
    guard size > 0 else { return 0 }
    let back = (1 / size) * turn.conjugate
    let turned = x.map { $0 * back }
    let exponent = modes.reduce(0) { sum, mode in
      let q = (0..<3).reduce(0) { q, i in
        let move = turned[i] - geometry[i]
        return q + mode.weights[i].re * move.re + mode.weights[i].im * move.im
      }
      return sum + 0.5 * mode.precision * q * q
    }
    return exp(-exponent) / volume(turned, masses)
  }

  private func volume(_ x: [Complex], _ masses: [Double]) -> Double {
    var (xx, yy, xy, yx) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<3 {
      xx += masses[i] * geometry[i].re * x[i].re
      yy += masses[i] * geometry[i].im * x[i].im
      xy += masses[i] * geometry[i].re * x[i].im
      yx += masses[i] * geometry[i].im * x[i].re
    }
    return isLinear ? xx * xx : abs((xx + yy) * (xx * yy - xy * yx))
  }

  /// log of the integral of the density over relative positions: ∏ √(2π·variance) of the normal
  /// coordinates, times that of the directions, in mass-weighted coordinates.
  func logVolume(_ masses: [Double]) -> Double {
    let widths = modes.reduce(0) { $0 + 0.5 * log(2 * .pi / $1.precision) }
    let directions = isLinear ? 4 * Double.pi : 8 * Double.pi * Double.pi
    let pair = masses[0] + masses[1]
    let reduced = masses[0] * masses[1] / pair * (masses[2] * pair / (pair + masses[2]))
    return widths + log(directions) - 0.5 * log(volume(geometry, masses)) - 1.5 * log(reduced)
  }
}
