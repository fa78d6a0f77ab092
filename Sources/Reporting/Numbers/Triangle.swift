import Physics
import Glibc

/// Three atoms in space: two bonds from the first one, and the angle between them.
struct Triangle: Sendable {
  let atoms: [SIMD3<Double>]

  /// Reads row `row` of an array of rows of nine numbers.
  init(_ values: [Float], row: Int) {
    atoms = (0..<3).map { atom in
      let i = 9 * row + 3 * atom
      return SIMD3(Double(values[i]), Double(values[i + 1]), Double(values[i + 2]))
    }
  }

  static func all(_ values: [Float]) -> [Triangle] {
    (0..<values.count / 9).map { Triangle(values, row: $0) }
  }

  /// From the first atom to the second, and to the third.
  var bonds: (Double, Double) { ((atoms[1] - atoms[0]).size, (atoms[2] - atoms[0]).size) }

  /// At the first atom, in degrees.
  var angle: Double {
    let (a, b) = (atoms[1] - atoms[0], atoms[2] - atoms[0])
    // Unlike the cosine, this is exact for atoms in a line.
    return atan2(a.cross(b).size, a.dot(b)) * 180 / .pi
  }

  var isFinite: Bool { atoms.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite } }

  /// The first bond, the second and the angle, of every row.
  static func shapes(_ values: [Float]) -> [[Double]] {
    let triangles = all(values)
    return [triangles.map(\.bonds.0), triangles.map(\.bonds.1), triangles.map(\.angle)]
  }
}

/// A plane in space with an origin.
struct Plane: Sendable {
  let origin, along, across: SIMD3<Double>

  /// The plane of a molecule: x from the first atom to the third, the second one at y ≥ 0, the
  /// centre of mass at the origin. Atoms in a line leave the direction of y open: any will do.
  init(_ molecule: Triangle, masses: [Double]) {
    let weighed = zip(molecule.atoms, masses).reduce(SIMD3.zero) { $0 + $1.1 * $1.0 }
    self.init(
      origin: weighed / masses.reduce(0, +), along: molecule.atoms[2] - molecule.atoms[0],
      towards: molecule.atoms[1] - molecule.atoms[0])
  }

  init(origin: SIMD3<Double>, along: SIMD3<Double>, towards: SIMD3<Double>) {
    self.origin = origin
    self.along = along.direction ?? SIMD3(1, 0, 0)
    let side = towards - towards.dot(self.along) * self.along
    let smallest = abs(self.along.x) < 0.6 ? SIMD3<Double>(1, 0, 0) : SIMD3(0, 1, 0)
    across = side.direction ?? self.along.cross(smallest).direction ?? SIMD3(0, 0, 1)
  }

  /// Coordinates in the plane of the point's shadow on it.
  func callAsFunction(_ point: SIMD3<Double>) -> (x: Double, y: Double) {
    ((point - origin).dot(along), (point - origin).dot(across))
  }
}

extension SIMD3<Double> {
  func dot(_ other: Self) -> Double { (self * other).sum() }

  func cross(_ b: Self) -> Self {
    Self(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }

  var size: Double { dot(self).squareRoot() }

  /// Of length one; nil for nothing.
  var direction: Self? { size > 0 && size.isFinite ? self / size : nil }
}
