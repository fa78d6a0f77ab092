package import Physics

/// Evaluated rows: true positions, momenta, and predictions.
///
/// Every array is rows×3N, one row after the other, in original units.
package struct EvaluatedRows: Sendable {
  package let molecule: Molecule
  /// The number of each row in its table.
  package let rows: [UInt32]
  /// Positions, bohr.
  package let truth: [Float]
  /// Atomic units.
  package let momenta: [Float]
  /// One sample per row.
  package let single: [Float]
  /// The mean of all samples of a row.
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
