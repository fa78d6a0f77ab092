package import Datasets
package import Physics
package import Text

/// The columns of a table that evaluation needs besides what predictions are made of.
package struct TrueValues {
  private let table: Table<Float>
  private let positionColumns, momentumColumns: [Int]
  /// nil where the table has none.
  private let chargeColumns: [Int]?

  package init(of table: Table<Float>, _ molecule: Molecule) throws(Failure) {
    func indices(_ names: [String]) throws(Failure) -> [Int] {
      if let found = table.indices(of: names) { return found }
      throw Failure(
        "the table lacks some of \(names.joined(separator: ", "))",
        hint: "evaluation needs true positions; predict does not")
    }
    self.table = table
    positionColumns = try indices(molecule.positionColumns)
    momentumColumns = try indices(molecule.momentumColumns)
    chargeColumns = table.indices(of: molecule.chargeColumns)
  }

  /// rows×3N, bohr.
  package func positions(_ rows: [UInt32]) -> [Float] { values(positionColumns, rows) }

  /// rows×3N, atomic units.
  package func momenta(_ rows: [UInt32]) -> [Float] { values(momentumColumns, rows) }

  /// rows×N; nil where every row has the charges of the molecule.
  package func charges(_ rows: [UInt32]) -> [Float]? { chargeColumns.map { values($0, rows) } }

  private func values(_ columns: [Int], _ rows: [UInt32]) -> [Float] {
    let width = columns.count
    return [Float](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
      for (number, row) in rows.enumerated() {
        for k in 0..<width { buffer[number * width + k] = table[Int(row), columns[k]] }
      }
      count = rows.count * width
    }
  }
}
