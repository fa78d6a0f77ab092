import Glibc
package import Text

/// How probable a geometry is before anything is measured: a density of the relative positions, but
/// for a factor that is the same for all.
package struct GeometryPrior: Sendable {
  enum Kind: Sendable {
    case flat
    case random(half: Double, closest: Double)
    case oriented(OrientedFamily)
    case vibrating(Vibration)
    case vibratingInSpace(VibrationInSpace)
  }

  let kind: Kind
  let masses: [Double]

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

  func logDensity(_ row: [Double]) -> Double { log(density(row)) }

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
