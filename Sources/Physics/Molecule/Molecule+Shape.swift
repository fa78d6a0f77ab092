import Glibc

/// Numbers that say how a molecule is shaped, whatever its place and orientation.
extension Molecule {
  /// The angle at an atom between two that are bonded to it, by index.
  package struct Angle: Sendable, Hashable {
    package let first, center, second: Int

    package init(_ first: Int, _ center: Int, _ second: Int) {
      (self.first, self.center, self.second) = (first, center, second)
    }
  }

  /// At each atom, between every two that are bonded to it.
  package var angles: [Angle] {
    (0..<atoms).flatMap { center in
      let around = neighbors(of: center)
      return around.indices.flatMap { i in
        around[(i + 1)...].map { Angle(around[i], center, $0) }
      }
    }
  }

  /// `co` of OCS; `c_o1` of CO₂: names of one letter each are written together.
  package func name(of bond: Bond) -> String { joined([bond.first, bond.second]) }
  /// `ocs`; `o1_c_o2`.
  package func name(of angle: Angle) -> String {
    joined([angle.first, angle.center, angle.second])
  }

  /// `C–O`
  package func label(of bond: Bond) -> String { "\(labels[bond.first])–\(labels[bond.second])" }
  /// `O–C–S`
  package func label(of angle: Angle) -> String {
    "\(labels[angle.first])–\(labels[angle.center])–\(labels[angle.second])"
  }

  /// A bond length or an angle: what the shape of a molecule is evaluated by.
  package struct ShapeCoordinate: Sendable {
    /// `bond_co`, `angle_ocs`.
    package let key: String
    /// `C–O`, `O–C–S`.
    package let label: String
    /// `bohr` or `degrees`.
    package let unit: String
    package let isAngle: Bool
    /// Of a row of positions.
    package let value: @Sendable ([Double]) -> Double
  }

  /// All bonds and then all angles.
  package var shapeCoordinates: [ShapeCoordinate] {
    bonds.map { bond in
      ShapeCoordinate(
        key: "bond_" + name(of: bond), label: label(of: bond), unit: "bohr", isAngle: false
      ) { Self.length(bond, $0) }
    }
      + angles.map { angle in
        ShapeCoordinate(
          key: "angle_" + name(of: angle), label: label(of: angle), unit: "degrees", isAngle: true
        ) { Self.degrees(angle, $0) }
      }
  }

  /// Four atoms whose signed volume tells a molecule from its mirror image: the first atom with
  /// three bonds and those that it is bonded to, else the first four. nil below four atoms.
  package var handednessAtoms: [Int]? {
    guard atoms > 3 else { return nil }
    for center in 0..<atoms {
      let around = neighbors(of: center)
      if around.count > 2 { return [center] + around.prefix(3) }
    }
    return [0, 1, 2, 3]
  }

  /// The sine-like volume `a·(b × c)/|a||b||c|` of the vectors from the first of `handednessAtoms`
  /// to the others; its sign is the handedness. 0 where atoms lie in one plane.
  package func handedness(_ x: [Double]) -> Double {
    guard let atoms = handednessAtoms else { return 0 }
    let origin = SIMD3(x, atom: atoms[0])
    let (a, b, c) = (
      SIMD3(x, atom: atoms[1]) - origin, SIMD3(x, atom: atoms[2]) - origin,
      SIMD3(x, atom: atoms[3]) - origin
    )
    let size = a.length * b.length * c.length
    return size > 0 ? a.dot(b.cross(c)) / size : 0
  }

  /// The length of a bond, in the unit of the row.
  package static func length(_ bond: Bond, _ x: [Double]) -> Double {
    (SIMD3(x, atom: bond.second) - SIMD3(x, atom: bond.first)).length
  }

  /// Degrees; 0 where an arm has no length. Unlike the arc cosine, exact for atoms in a line.
  package static func degrees(_ angle: Angle, _ x: [Double]) -> Double {
    let center = SIMD3(x, atom: angle.center)
    let (a, b) = (SIMD3(x, atom: angle.first) - center, SIMD3(x, atom: angle.second) - center)
    return atan2(a.cross(b).length, a.dot(b)) * 180 / .pi
  }

  private func neighbors(of atom: Int) -> [Int] {
    bonds.compactMap { $0.first == atom ? $0.second : $0.second == atom ? $0.first : nil }.sorted()
  }

  private func joined(_ atoms: [Int]) -> String {
    atoms.map { names[$0] }.joined(separator: names.allSatisfy { $0.count == 1 } ? "" : "_")
  }
}
