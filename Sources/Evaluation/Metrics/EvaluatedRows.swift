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
  /// rows×N; nil where every row has the charges of the molecule.
  package let charges: [Float]?

  package init(
    molecule: Molecule, rows: [UInt32], truth: [Float], momenta: [Float], single: [Float],
    mean: [Float], charges: [Float]? = nil
  ) {
    precondition(charges.map { $0.count == rows.count * molecule.atoms } ?? true)
    self.charges = charges
    precondition(
      [truth, momenta, single, mean].allSatisfy { $0.count == rows.count * molecule.width })
    (self.molecule, self.rows, self.truth, self.momenta) = (molecule, rows, truth, momenta)
    (self.single, self.mean) = (single, mean)
  }

  package var count: Int { rows.count }

  /// The charges of the ions of a row, by its place among these.
  package func charges(ofRow row: Int) -> [Double] {
    guard let charges else { return molecule.charges }
    return charges[row * molecule.atoms..<(row + 1) * molecule.atoms].map(Double.init)
  }
}
