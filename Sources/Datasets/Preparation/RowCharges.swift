package import Physics
package import Text

/// The charges that ions of each row have, in columns named after the atoms: `qc`, `qo`, `qs`.
package enum RowCharges {
  /// Whether the table has such columns.
  ///
  /// - Throws: where it has those of some atoms only.
  package static func found(
    in table: Table<Float>, _ molecule: Molecule
  ) throws(Failure) -> Bool {
    let missing = molecule.chargeColumns.filter { !table.columns.contains($0) }
    guard missing.isEmpty || missing.count == molecule.atoms else {
      throw Failure(
        "charges of some atoms only: there is no \(NameList.of(missing))",
        hint: "give the charges of all atoms, or of none")
    }
    return missing.isEmpty
  }

  /// Where the charges of a row are; nothing where all rows have the molecule's.
  ///
  /// - Parameter areRead: Whether they are wanted. Where they are not, every row must have the
  ///   molecule's: a model trained on one charge state cannot predict others.
  static func columns(
    of table: Table<Float>, _ molecule: Molecule, areRead: Bool
  ) throws(Failure) -> [Int] {
    guard try found(in: table, molecule), let columns = table.indices(of: molecule.chargeColumns)
    else {
      if !areRead { return [] }
      throw Failure(
        "no columns \(NameList.of(molecule.chargeColumns))",
        hint: "the model was trained on ions whose charges differ from row to row, and needs them")
    }
    for row in 0..<table.rows {
      let charges = columns.map { Double(table[row, $0]) }
      guard areRead || charges == molecule.charges else {
        throw Failure(
          "row \(table.firstRow + row + 1) has charges \(charges), and the model was trained on "
            + "\(molecule.charges) alone",
          hint: "leave such rows out, or train on rows with several charge states")
      }
      let repel = charges.allSatisfy { $0 > 0 } || charges.allSatisfy { $0 < 0 }
      guard repel, charges.allSatisfy(\.isFinite) else {
        throw Failure(
          "row \(table.firstRow + row + 1) has charges \(charges): every pair of ions must repel",
          hint: "leave such rows out")
      }
    }
    return areRead ? columns : []
  }
}
