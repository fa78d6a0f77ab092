import Physics

/// The atoms of one row in space, or their momenta.
struct AtomPlaces: Sendable {
  let atoms: [SIMD3<Double>]

  /// Reads row `row` of an array of rows of three numbers for each atom.
  init(_ values: [Float], row: Int, atoms count: Int) {
    atoms = (0..<count).map { atom in
      let i = 3 * (count * row + atom)
      return SIMD3(Double(values[i]), Double(values[i + 1]), Double(values[i + 2]))
    }
  }

  static func all(_ values: [Float], atoms: Int) -> [AtomPlaces] {
    (0..<values.count / (3 * atoms)).map { AtomPlaces(values, row: $0, atoms: atoms) }
  }

  var isFinite: Bool { atoms.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.z.isFinite } }
}

extension Molecule {
  /// Every bond and every angle, of all rows.
  func shapes(_ values: [Float]) -> [[Double]] {
    let rows = stride(from: 0, to: values.count, by: width).map {
      values[$0..<$0 + width].map(Double.init)
    }
    return shapeCoordinates.map { coordinate in rows.map(coordinate.value) }
  }

  /// The number in the title of an event: the first angle or, with two atoms, the bond length.
  var mainCoordinate: ShapeCoordinate? {
    let all = shapeCoordinates
    return all.first { $0.isAngle } ?? all.first
  }
}

/// A plane in space with an origin.
struct Plane: Sendable {
  let origin, along, across: SIMD3<Double>

  /// The plane of a molecule's first angle: x from its vertex to its second end (C to S of OCS), the
  /// first end at y ≥ 0, the center of mass at the origin. If all atoms are in a line, y is any
  /// direction perpendicular to it.
  init(_ places: AtomPlaces, of molecule: Molecule) {
    let p = places.atoms
    let weighed = zip(p, molecule.masses).reduce(SIMD3.zero) { $0 + $1.1 * $1.0 }
    let origin = weighed / molecule.mass
    let angle = molecule.angles.first
    let bond = molecule.bonds.first
    let (vertex, end) = (angle?.center ?? bond?.first ?? 0, angle?.second ?? bond?.second ?? 0)
    self.init(
      origin: origin, along: p[end] - p[vertex], towards: p[angle?.first ?? end] - p[vertex])
  }

  init(origin: SIMD3<Double>, along: SIMD3<Double>, towards: SIMD3<Double>) {
    self.origin = origin
    self.along = along.direction ?? SIMD3(1, 0, 0)
    let side = towards - towards.dot(self.along) * self.along
    // Where all points are in a line, the rest is rounding and has any direction.
    let isPlane = side.length > 1e-6 * towards.length
    let smallest = abs(self.along.x) < 0.6 ? SIMD3<Double>(1, 0, 0) : SIMD3(0, 1, 0)
    across =
      (isPlane ? side.direction : nil) ?? self.along.cross(smallest).direction ?? SIMD3(0, 0, 1)
  }

  /// The coordinates of the projection of a point onto the plane.
  func callAsFunction(_ point: SIMD3<Double>) -> (x: Double, y: Double) {
    ((point - origin).dot(along), (point - origin).dot(across))
  }
}

extension SIMD3<Double> {
  /// The unit vector; nil for zero.
  var direction: Self? { length > 0 && length.isFinite ? self / length : nil }
}
