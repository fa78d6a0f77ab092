import Glibc
package import Text

/// How probable a geometry is before anything is measured: a density of the relative positions, but
/// for a factor that is the same for all.
package struct GeometryPrior: Sendable {
  private enum Kind: Sendable {
    case flat
    case random(half: Double, closest: Double)
    case oriented(OrientedFamily)
    case vibrating(Vibration)
    case vibratingInSpace(VibrationInSpace)
  }

  private let kind: Kind
  private let masses: [Double]

  /// Every relative position alike: weights are 1/|det| alone.
  package static func flat(_ molecule: Molecule) -> GeometryPrior {
    GeometryPrior(kind: .flat, masses: molecule.masses)
  }

  /// The density of a family. Where a molecule is and how it is turned does not matter.
  package init(_ family: GeometryFamily, of molecule: Molecule) throws(Failure) {
    masses = molecule.masses
    switch family {
    case .random(let family):
      try family.validate(atoms: molecule.atoms)
      guard case .cube(let half) = family.shape else {
        throw .usage(
          "no density of atoms in a ball is known here", hint: "use the cube that contains it")
      }
      kind = .random(half: half, closest: family.closest)
    case .equilibrium(let family):
      let source = try EquilibriumSource(family, molecule)
      kind =
        molecule.atoms == 3
        ? .vibrating(Vibration(source)) : .vibratingInSpace(VibrationInSpace(source))
    case .oriented(let family):
      _ = try OrientedSource(family, masses: masses)
      kind = .oriented(family)
    case .given:
      throw .usage("geometries of a file have no density", hint: "name a family")
    }
  }

  private init(kind: Kind, masses: [Double]) { (self.kind, self.masses) = (kind, masses) }

  /// The density at a row of positions: x, y, z of each atom in turn.
  package func density(_ row: [Double]) -> Double {
    let x = masses.indices.map { SIMD3(row, atom: $0) }
    switch kind {
    case .flat: return 1
    case .random(let half, let closest): return Self.cube(x, half: half, closest: closest)
    case .oriented(let family): return Self.bonds(x, family)
    case .vibrating(let vibration): return vibration.density(Self.planar(x, masses), masses)
    case .vibratingInSpace(let vibration): return vibration.density(x)
    }
  }

  /// Where in the cube the molecule can be, if its atoms may be so close.
  private static func cube(_ x: [SIMD3<Double>], half: Double, closest: Double) -> Double {
    for a in x.indices {
      for b in 0..<a where (x[a] - x[b]).length < closest { return 0 }
    }
    return (0..<3).reduce(1) { volume, axis in
      let places = x.map { $0[axis] }
      let extent = (places.max() ?? 0) - (places.min() ?? 0)
      return volume * max(0, 2 * half - extent)
    }
  }

  /// Bonds r, s and the angle θ uniform: the volume of relative positions is r² s² sin θ times
  /// theirs.
  private static func bonds(_ x: [SIMD3<Double>], _ family: OrientedFamily) -> Double {
    let (a, b) = (x[1] - x[0], x[2] - x[0])
    let (r, s) = (a.length, b.length)
    guard family.firstBond.contains(r), family.secondBond.contains(s) else { return 0 }
    let sine = a.cross(b).length / (r * s)
    let angle = atan2(sine, a.dot(b) / (r * s)) * 180 / .pi
    return angle < family.leastAngle ? 0 : 1 / (r * r * s * s * max(sine, 1e-12))
  }

  /// Points in the plane of three, about their center of mass.
  private static func planar(_ x: [SIMD3<Double>], _ masses: [Double]) -> [Complex] {
    let center = x.centerOfMass(masses)
    let (a, b) = (x[1] - x[0], x[2] - x[0])
    let first = a.dot(a) >= b.dot(b) ? a : b, other = a.dot(a) >= b.dot(b) ? b : a
    let e1 = first / first.length
    let across = other - other.dot(e1) * e1
    let e2 = across.length > 0 ? across / across.length : e1.farthestAxis.perpendicular(to: e1)
    return x.map { Complex(($0 - center).dot(e1), ($0 - center).dot(e2)) }
  }
}

/// Normal coordinates of a molecule of three atoms, Gaussian, in any direction.
///
/// A geometry x is turned so that Σ m g × x = 0 (Eckart), g being the equilibrium: what is left are
/// normal coordinates. Turning changes the volume by det Σ m (e_j × g)·(e_k × x), in units of what
/// it is at x = g.
private struct Vibration: Sendable {
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
}
