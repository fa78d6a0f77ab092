import Glibc

/// The momenta of three ions in the plane in which they fly, as complex numbers.
///
/// With ζ₁ = √μ₁ (v₁ − v₀) and ζ₂ = √μ₂ (v₂ − (m₀v₀ + m₁v₁)/(m₀ + m₁)), |ζ₁|² + |ζ₂|² is twice the
/// kinetic energy about the center of mass, and (ζ₁ + iζ₂)/(ζ₁ − iζ₂) their shape.
struct PlanarEvent {
  /// Two perpendicular unit vectors of the plane; seen so, the velocities of the atoms in their
  /// order run counterclockwise.
  let axes: (SIMD3<Double>, SIMD3<Double>)
  /// ζ₁ + iζ₂ and ζ₁ − iζ₂.
  let plus, minus: Complex
  /// |p|² of each ion about the center of mass.
  let squares: SIMD3<Double>

  var shape: Complex { plus / minus }
  /// √(|ζ₁|² + |ζ₂|²).
  var size: Double { ((plus.square + minus.square) / 2).squareRoot() }

  /// nil where the momenta are not finite or do not differ.
  init?(_ momenta: ArraySlice<Double>, _ coordinates: JacobiCoordinates) {
    let v = coordinates.centered(velocitiesOf: momenta)
    let apart = v[1] - v[0], third = v[2] - v[0]
    // The longer of the two gives the first axis.
    let first = apart.dot(apart) >= third.dot(third) ? apart : third
    guard first.length > 0, first.length < .infinity else { return nil }
    let e1 = first / first.length
    let normal = (apart / first.length).cross(third / first.length)
    // Of velocities on a line, any plane through it.
    let e3 = (normal.length > 1e-14 ? normal / normal.length : e1.farthestAxis)
      .perpendicular(to: e1)
    let e2 = e3.cross(e1)
    axes = (e1, e2)
    (plus, minus) = coordinates.combined(v.map { Complex($0.dot(e1), $0.dot(e2)) })
    let p = zip(coordinates.masses, v).map { $0 * $1 }
    squares = SIMD3(p.map { $0.dot($0) })
  }

  /// Points of the plane as vectors in space.
  func vectors(_ points: [Complex]) -> [SIMD3<Double>] {
    points.map { $0.re * axes.0 + $0.im * axes.1 }
  }
}

/// Three bodies relative to each other, mass-weighted: of positions or of velocities.
struct JacobiCoordinates {
  let masses: [Double]
  private let plus, minus: [Complex]
  /// `(μ₁μ₂)³`: from mass-weighted positions and velocities to relative positions and momenta.
  let massFactor: Double

  init(_ molecule: Molecule) {
    let m = molecule.masses
    masses = m
    let pair = m[0] + m[1]
    let mu = (m[0] * m[1] / pair, m[2] * pair / (pair + m[2]))
    let (one, two) = (mu.0.squareRoot(), mu.1.squareRoot())
    let first = [-one, one, 0], second = [-two * m[0] / pair, -two * m[1] / pair, two]
    plus = (0..<3).map { Complex(first[$0], second[$0]) }
    minus = (0..<3).map { Complex(first[$0], -second[$0]) }
    massFactor = pow(mu.0 * mu.1, 3)
  }

  /// ζ₁ ± iζ₂.
  func combined(_ places: [Complex]) -> (plus: Complex, minus: Complex) {
    var (sum, difference) = (Complex(0, 0), Complex(0, 0))
    for i in 0..<3 {
      sum += plus[i] * places[i]
      difference += minus[i] * places[i]
    }
    return (sum, difference)
  }

  /// Velocities about that of the center of mass.
  func centered(velocitiesOf momenta: ArraySlice<Double>) -> [SIMD3<Double>] {
    let p = (0..<3).map { SIMD3(Array(momenta), atom: $0) }
    let drift = (p[0] + p[1] + p[2]) / masses.reduce(0, +)
    return (0..<3).map { p[$0] / masses[$0] - drift }
  }
}
