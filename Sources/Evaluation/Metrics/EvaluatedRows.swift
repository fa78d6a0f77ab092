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

  /// Rows of a table with their predictions, relative to the same point.
  init(
    _ rows: [UInt32], of table: TrueValues, _ predictions: (single: [Float], mean: [Float]),
    _ translation: Translation, _ molecule: Molecule
  ) {
    func moved(_ positions: [Float]) -> [Float] { translation.applied(to: positions, molecule) }
    self.init(
      molecule: molecule, rows: rows, truth: moved(table.positions(rows)),
      momenta: table.momenta(rows), single: moved(predictions.single),
      mean: moved(predictions.mean), charges: table.charges(rows))
  }

  package var count: Int { rows.count }

  /// The errors of predictions for these rows: rows×3N.
  ///
  /// - Parameter explosions: what simulates the predictions; nil for the CPU.
  func metrics(
    of predicted: [Float], on explosions: (any Explosions)?, threads: Int
  ) throws -> PositionMetrics {
    PositionMetrics(
      predicted: predicted, truth: truth, momenta: momenta, charges: charges, molecule: molecule,
      threads: threads,
      resimulated: try explosions.map {
        try Resimulation.errors(
          predicted, momenta: momenta, charges: charges, on: $0, threads: threads)
      })
  }

  /// The charges of the ions of a row, by its place among these.
  package func charges(ofRow row: Int) -> [Double] {
    guard let charges else { return molecule.charges }
    return charges[row * molecule.atoms..<(row + 1) * molecule.atoms].map(Double.init)
  }
}
