import Text

/// Atoms in the order of the data's columns, with their masses and the charges of their ions.
package struct Molecule: Sendable, Equatable {
  package let names: [String]
  /// In electron masses.
  package let masses: [Double]
  /// In elementary charges.
  package let charges: [Double]

  /// - Throws: `PhysicsError` where the lists do not fit each other or a pair would not repel.
  package init(names: [String], masses: [Double], charges: [Double]) throws(PhysicsError) {
    guard !names.isEmpty, names.count <= Self.mostAtoms else {
      throw PhysicsError(
        "a molecule of \(names.count) atoms", hint: "give 1 to \(Self.mostAtoms) atoms")
    }
    guard masses.count == names.count, masses.allSatisfy({ $0 > 0 && $0 < .infinity }) else {
      throw PhysicsError(
        "masses \(masses) for the atoms \(names)", hint: "give one positive mass per atom")
    }
    try Self.check(charges: charges, atoms: names.count)
    (self.names, self.masses, self.charges) = (names, masses, charges)
  }

  /// OCS with two charges on each atom: C²⁺, O²⁺, S²⁺.
  package static let carbonylSulfide = Molecule(
    known: ["c", "o", "s"], masses: [21894.71361, 29164.39289, 58441.80487], charges: [2, 2, 2])

  package static let mostAtoms = 32

  private init(known names: [String], masses: [Double], charges: [Double]) {
    (self.names, self.masses, self.charges) = (names, masses, charges)
  }

  /// The same atoms with other charges.
  package func with(charges: [Double]) throws(PhysicsError) -> Molecule {
    try Self.check(charges: charges, atoms: atoms)
    return Molecule(known: names, masses: masses, charges: charges)
  }

  package var atoms: Int { names.count }
  /// Numbers in a row of positions, or of momenta.
  package var width: Int { 3 * atoms }
  package var mass: Double { masses.reduce(0, +) }
  /// `cx, cy, cz, ox …`.
  package var positionColumns: [String] { names.flatMap { name in Self.axes.map { name + $0 } } }
  /// `pcx, pcy, pcz, pox …`.
  package var momentumColumns: [String] { positionColumns.map { "p" + $0 } }

  private static let axes = ["x", "y", "z"]

  private static func check(charges: [Double], atoms: Int) throws(PhysicsError) {
    guard charges.count == atoms else {
      throw PhysicsError(
        "\(charges.count) charges for \(atoms) atoms", hint: "give one charge per atom, as 2,2,2")
    }
    let positive = charges.allSatisfy { $0 > 0 && $0 < .infinity }
    let negative = charges.allSatisfy { $0 < 0 && $0 > -.infinity }
    guard positive || negative else {
      throw PhysicsError(
        "charges \(charges): every pair of ions must repel",
        hint: "give charges of one sign, none of them zero")
    }
  }
}
