package import Text

/// Atoms in the order of the data's columns, with their masses, the charges of their ions, and
/// what is known of their structure.
package struct Molecule: Sendable, Hashable {
  /// As in the built-in table, or the formula.
  package let name: String
  /// The atoms as columns have them: `c`, `o1`, `o2`.
  package let names: [String]
  /// Symbols of elements and isotopes: `C`, `18O`.
  package let elements: [String]
  /// In electron masses.
  package let masses: [Double]
  /// In elementary charges; data with columns of charges have their own for each row.
  package let charges: [Double]
  /// Pairs of atoms whose distances are evaluated, the lower index first.
  package let bonds: [Bond]
  /// nil where no equilibrium is known.
  package let structure: Structure?

  /// Two bonded atoms, by index.
  package struct Bond: Sendable, Hashable {
    package let first, second: Int

    package init(_ a: Int, _ b: Int) { (first, second) = (min(a, b), max(a, b)) }
  }

  /// Atoms by the names of their columns. Where the built-in table does not have them, no structure
  /// is known, and every bond is one of the first atom.
  ///
  /// - Throws: `Failure` where the lists do not fit each other or a pair would not repel.
  package init(names: [String], masses: [Double], charges: [Double]) throws(Failure) {
    if let known = Self.known.first(where: { $0.names == names && $0.masses == masses }) {
      self = try known.with(charges: charges)
      return
    }
    let elements = names.map { name in
      name.prefix(1).uppercased() + name.dropFirst().filter { !$0.isNumber }
    }
    try self.init(names: names, elements: elements, masses: masses, charges: charges)
  }

  /// - Parameters:
  ///   - name: nil for the formula.
  ///   - names: Of the columns; nil for those that follow from the elements.
  ///   - structure: Gives the bonds, by covalent radii.
  init(
    _ name: String? = nil, names: [String]? = nil, elements: [String], masses: [Double],
    charges: [Double], structure: Structure? = nil
  ) throws(Failure) {
    guard !elements.isEmpty, elements.count <= Self.mostAtoms else {
      throw .usage(
        "a molecule of \(elements.count) atoms", hint: "give 1 to \(Self.mostAtoms) atoms")
    }
    guard masses.count == elements.count, masses.allSatisfy({ $0 > 0 && $0 < .infinity }) else {
      throw .usage(
        "masses \(masses) for the atoms \(names ?? elements)",
        hint: "give one positive mass per atom")
    }
    try Self.check(charges: charges, atoms: elements.count)
    if let structure { try structure.check(atoms: elements.count) }
    self.init(
      checked: name ?? Self.formula(elements), names ?? Self.columnNames(elements), elements,
      masses, charges, structure)
    let columns = positionColumns + momentumColumns + chargeColumns
    guard Set(columns).count == columns.count else {
      let twice = columns.first { name in columns.count { $0 == name } > 1 } ?? ""
      throw .usage(
        "the atoms \(elements.joined(separator: ", ")) give two columns the name \(twice)",
        hint: "columns are called after atoms, momenta with a p before: leave one of them out")
    }
  }

  /// Nothing here is checked: for the built-in table.
  init(
    checked name: String, _ names: [String], _ elements: [String], _ masses: [Double],
    _ charges: [Double], _ structure: Structure?
  ) {
    (self.name, self.names, self.elements) = (name, names, elements)
    (self.masses, self.charges, self.structure) = (masses, charges, structure)
    bonds =
      structure?.bonds(elements)
      ?? (elements.count > 1 ? (1..<elements.count).map { Bond(0, $0) } : [])
  }

  package static let mostAtoms = 32

  /// The same atoms with other charges.
  package func with(charges: [Double]) throws(Failure) -> Molecule {
    try Self.check(charges: charges, atoms: atoms)
    return Molecule(checked: name, names, elements, masses, charges, structure)
  }

  package var atoms: Int { names.count }
  /// Numbers in a row of positions, or of momenta.
  package var width: Int { 3 * atoms }
  package var mass: Double { masses.reduce(0, +) }
  /// `cx, cy, cz, ox …`.
  package var positionColumns: [String] { names.flatMap { name in Self.axes.map { name + $0 } } }
  /// `pcx, pcy, pcz, pox …`.
  package var momentumColumns: [String] { positionColumns.map { "p" + $0 } }
  /// `qc, qo, qs`: the columns of data whose rows have charges of their own.
  package var chargeColumns: [String] { names.map { "q" + $0 } }
  /// `C`, `O1`, `O2`: the atoms as people read them.
  package var labels: [String] { names.map { $0.prefix(1).uppercased() + $0.dropFirst() } }
  /// `Q = Σ qᵢqⱼ` over pairs.
  package var chargeProduct: Double { Self.chargeProduct(charges) }

  /// `Σ qᵢqⱼ` over pairs.
  package static func chargeProduct(_ charges: some RandomAccessCollection<Double>) -> Double {
    let q = Array(charges)
    return q.indices.reduce(0) { sum, i in (0..<i).reduce(sum) { $0 + q[i] * q[$1] } }
  }

  private static let axes = ["x", "y", "z"]

  private static func check(charges: [Double], atoms: Int) throws(Failure) {
    guard charges.count == atoms else {
      throw .usage(
        "\(charges.count) charges for \(atoms) atoms",
        hint:
          "give one charge per atom, as \(Array(repeating: "2", count: atoms).joined(separator: ","))"
      )
    }
    let positive = charges.allSatisfy { $0 > 0 && $0 < .infinity }
    let negative = charges.allSatisfy { $0 < 0 && $0 > -.infinity }
    guard positive || negative else {
      throw .usage(
        "charges \(charges): every pair of ions must repel",
        hint: "give charges of one sign, none of them zero")
    }
  }
}
