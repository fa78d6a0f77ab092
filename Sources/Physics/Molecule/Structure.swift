import Glibc
import Text

/// A molecule at its equilibrium, and the forces that hold it there.
package struct Structure: Sendable, Hashable {
  /// Bohr.
  package let geometry: [SIMD3<Double>]
  /// nil where only the geometry is known.
  package var field: ForceField?

  package init(geometry: [SIMD3<Double>], field: ForceField? = nil) {
    (self.geometry, self.field) = (geometry, field)
  }

  /// Places in ångström, atom by atom.
  package static func angstrom(_ places: [Double]...) -> Structure { Structure(angstrom: places) }

  /// Rounded to 1e-9 bohr, so that places written in ångström read back as they were.
  package init(angstrom places: [[Double]]) {
    self.init(
      geometry: places.map { place in
        let bohr = SIMD3(place[0], place[1], place[2]) / Units.angstromsPerBohr
        return (bohr * 1e9).rounded(.toNearestOrEven) / 1e9
      })
  }

  package var angstroms: [[Double]] {
    geometry.map { place in (0..<3).map { place[$0] * Units.angstromsPerBohr } }
  }

  func check(atoms: Int) throws(Failure) {
    guard geometry.count == atoms else {
      throw .usage("\(geometry.count) places for \(atoms) atoms", hint: "give x, y, z of each atom")
    }
    for i in geometry.indices {
      for j in 0..<i where !((geometry[i] - geometry[j]).length > 0.1) {
        throw .usage(
          "atoms \(j + 1) and \(i + 1) are at one place, or none", hint: "places are in ångström")
      }
    }
  }

  /// Three atoms in a line, the first in the middle; bonds in ångström.
  static func linear(_ bonds: [Double]) -> Structure {
    .angstrom([0, 0, 0], [-bonds[0], 0, 0], [bonds[1], 0, 0])
  }

  /// Three atoms, the first at the apex; bonds in ångström, the angle in degrees.
  static func bent(_ bonds: [Double], angle: Double) -> Structure {
    let angle = angle * .pi / 180
    return .angstrom(
      [0, 0, 0], [bonds[0], 0, 0], [bonds[1] * cos(angle), bonds[1] * sin(angle), 0])
  }

  /// The pairs of atoms that are closer than 1.3 times the sum of their covalent radii.
  func bonds(_ elements: [String]) -> [Molecule.Bond] {
    let radii = elements.map { (Element($0)?.radius ?? 1) / Units.angstromsPerBohr }
    return geometry.indices.flatMap { i in
      (i + 1..<max(i + 1, geometry.count)).filter { j in
        (geometry[i] - geometry[j]).length < 1.3 * (radii[i] + radii[j])
      }.map { Molecule.Bond(i, $0) }
    }
  }

  /// The vibrations about the equilibrium; nil where no field is known.
  func modes(masses: [Double]) throws(Failure) -> NormalModes? {
    switch field {
    case nil: nil
    case .linear(let field): NormalModes(hessian: try field.hessian(masses: masses), masses: masses)
    case .valence(let field):
      try NormalModes(hessian: field.hessian(geometry), geometry: geometry, masses: masses)
    case .hessian(let hessian):
      try NormalModes(hessian: hessian, geometry: geometry, masses: masses)
    }
  }
}

/// Where the second derivatives of the energy come from.
package enum ForceField: Sendable, Hashable {
  case linear(LinearField)
  case valence(ValenceField)
  /// By Cartesian coordinates, hartree/bohr²: 3N rows of 3N numbers.
  case hessian([[Double]])
}
