import Physics

/// The charges of ions for which KE = PE, found by trying them all.
///
/// Data of one charge state that is not the molecule's have a ratio KE/PE that varies with the
/// geometry, and that no unit explains.
enum ChargeFit {
  /// The charges tried for each ion.
  private static let states = [1.0, 2, 3, 4]
  /// More atoms have too many combinations: 4⁵ are 1,024.
  private static let mostAtoms = 5
  private static let mostRows = 256

  /// nil where the molecule's own charges, or none of those tried, make the typical |KE/PE − 1| less
  /// than 2 %.
  static func charges(of table: Table<Float>, _ molecule: Molecule) -> [Double]? {
    guard (2...mostAtoms).contains(molecule.atoms),
      let positions = table.indices(of: molecule.positionColumns),
      let momenta = table.indices(of: molecule.momentumColumns)
    else { return nil }
    let count = min(table.rows, mostRows)
    let rows: [(kinetic: Double, positions: [Double])] = (0..<count).map { number in
      let row = number * table.rows / count
      let p = momenta.map { Double(table[row, $0]) }
      return (
        Energy.kinetic(p, masses: molecule.masses), positions.map { Double(table[row, $0]) }
      )
    }.filter { $0.kinetic > 0 && $0.kinetic < .infinity }
    guard !rows.isEmpty else { return nil }
    func error(_ charges: [Double]) -> Double {
      let errors = rows.map { row in
        abs(row.kinetic / Energy.potential(row.positions, charges: charges) - 1)
      }.filter(\.isFinite).sorted()
      return errors.isEmpty ? .infinity : errors[errors.count / 2]
    }
    let own = error(molecule.charges)
    let best = combinations(molecule.atoms).map { (charges: $0, error: error($0)) }
      .min { $0.error < $1.error }
    guard let best, best.error < 0.02, best.error < own / 3 else { return nil }
    // A common factor is one of units as well: `EnergyUnits` names both.
    let factor = best.charges[0] / molecule.charges[0]
    let isMultiple = zip(best.charges, molecule.charges).allSatisfy { $0 == factor * $1 }
    return isMultiple ? nil : best.charges
  }

  private static func combinations(_ atoms: Int) -> [[Double]] {
    (0..<atoms).reduce([[]]) { all, _ in all.flatMap { one in states.map { one + [$0] } } }
  }
}
