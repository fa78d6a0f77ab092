package import Physics

/// Rows that were judged: what is true, what was given, and what was said.
///
/// Every array is rows×3N, one row after the other, in original units.
package struct JudgedRows: Sendable {
  package let molecule: Molecule
  /// The number of each row in its table.
  package let rows: [UInt32]
  /// Positions, bohr.
  package let truth: [Float]
  /// Atomic units.
  package let momenta: [Float]
  /// One honest draw per row.
  package let single: [Float]
  /// The mean of all draws of a row.
  package let mean: [Float]

  package init(
    molecule: Molecule, rows: [UInt32], truth: [Float], momenta: [Float], single: [Float],
    mean: [Float]
  ) {
    precondition(
      [truth, momenta, single, mean].allSatisfy { $0.count == rows.count * molecule.width })
    (self.molecule, self.rows, self.truth, self.momenta) = (molecule, rows, truth, momenta)
    (self.single, self.mean) = (single, mean)
  }

  package var count: Int { rows.count }
}
