import Glibc

/// Numbers that a model may see beside the components of the momenta.
package enum MomentumFeature: String, CaseIterable, Sendable {
  /// `|p|` of each atom.
  case magnitudes
  /// The kinetic energy of each atom: `|p|²/2m`, or in the canonical frame its part `|p'|²` of all.
  case energies
  /// The angle between the momenta of each pair, in radians; 0 where one of the two is 0.
  case angles
}

/// A list of features, computed from rows of momenta in a frame.
package struct MomentumFeatures: Sendable, Equatable {
  package let list: [MomentumFeature]
  package let molecule: Molecule
  package let columns: [String]
  /// `1/2m`, or 1 in the canonical frame.
  package let energyScales: [Double]

  package init(_ list: [MomentumFeature], of molecule: Molecule, in frame: Frame) {
    (self.list, self.molecule) = (list, molecule)
    energyScales = molecule.masses.map { frame == .canonical ? 1 : 1 / (2 * $0) }
    let names = molecule.names
    columns = list.flatMap { feature in
      switch feature {
      case .magnitudes: names.map { "magnitude_" + $0 }
      case .energies: names.map { "energy_" + $0 }
      case .angles:
        names.indices.flatMap { i in names[(i + 1)...].map { "angle_\(names[i])_\($0)" } }
      }
    }
  }

  /// How many numbers a row has.
  package var width: Int { columns.count }

  /// Writes the features of one row of momenta, in the order of `columns`.
  package func compute(
    _ momenta: UnsafeBufferPointer<Double>, into features: UnsafeMutableBufferPointer<Double>
  ) {
    precondition(momenta.count == molecule.width && features.count == width)
    var at = 0
    func append(_ value: Double) {
      features[at] = value
      at += 1
    }
    for feature in list {
      for i in 0..<molecule.atoms {
        let p = SIMD3(momenta, atom: i)
        switch feature {
        case .magnitudes: append(p.length)
        case .energies: append(energyScales[i] * p.dot(p))
        case .angles:
          for j in i + 1..<max(i + 1, molecule.atoms) {
            append(Self.angle(p, SIMD3(momenta, atom: j)))
          }
        }
      }
    }
  }

  /// The features of one row of momenta.
  package func of(_ momenta: [Double]) -> [Double] {
    var features = [Double](repeating: 0, count: width)
    momenta.withUnsafeBufferPointer { momenta in
      features.withUnsafeMutableBufferPointer { compute(momenta, into: $0) }
    }
    return features
  }

  /// Unlike the arc cosine, exact where the two are parallel; and 0 where one is 0.
  private static func angle(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    // A product with 0 may be −0, whose direction would be π.
    atan2(a.cross(b).length, a.dot(b) + 0)
  }
}
