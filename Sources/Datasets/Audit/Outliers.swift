import Machine
import Physics

/// Rows with a kinetic energy, relative to Q = Σ qᵢqⱼ, of a thousandth or a thousand times the
/// median.
package struct Outliers: Sendable, Equatable {
  package private(set) var rows = 0
  /// The first of them, counted from 0.
  package private(set) var first: Int?

  /// How far a row is from the median before it is odd.
  private static let far = 1e3

  /// - Parameter median: of Q/KE.
  init(in table: Table<Float>, _ molecule: Molecule, median: Double, threads: Int) {
    guard let momenta = table.indices(of: molecule.momentumColumns) else { return }
    let charges = table.indices(of: molecule.chargeColumns)
    nonisolated(unsafe) let table = table
    let usual = median / Self.far...median * Self.far
    let masses = molecule.masses
    let part = RowSource.part
    let parts = ParallelParts.run((table.rows + part - 1) / part, threads: threads) { number in
      var found = Outliers()
      for row in number * part..<min(table.rows, (number + 1) * part) {
        var kinetic = 0.0
        for (c, column) in momenta.enumerated() {
          let p = Double(table.values[row * table.width + column])
          kinetic += p * p / (2 * masses[c / 3])
        }
        let product =
          charges.map { Molecule.chargeProduct($0.map { Double(table[row, $0]) }) }
          ?? molecule.chargeProduct
        let size = product / kinetic
        if size > 0, size < .infinity, !usual.contains(size) { found.add(row) }
      }
      return found
    }
    for found in parts {
      rows += found.rows
      first = first ?? found.first
    }
  }

  private init() {}

  private mutating func add(_ row: Int) {
    rows += 1
    first = first ?? row
  }
}
