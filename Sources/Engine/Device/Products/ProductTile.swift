/// The sizes that kernels of matrix products are compiled for; tile.cl has the same constants.
package struct ProductTile: Hashable, Sendable {
  /// Of the tile that a work-group computes.
  package let rows, columns: Int
  /// So much of the depth is in local memory at a time.
  package let step: Int
  /// Sums that a work-item keeps, rows × columns of them.
  package let sumRows, sumColumns: Int
  /// Reals that are read at a time.
  package let vector: Int

  package init(_ rows: Int, _ columns: Int, sums: (Int, Int), step: Int = 16, vector: Int = 1) {
    (self.rows, self.columns, self.step, self.vector) = (rows, columns, step, vector)
    (sumRows, sumColumns) = sums
  }

  /// Work-items of a group.
  package var group: Int { rows / sumRows * (columns / sumColumns) }

  /// Tiles of a product.
  package func groups(_ rows: Int, _ columns: Int) -> Int {
    (rows + self.rows - 1) / self.rows * ((columns + self.columns - 1) / self.columns)
  }

  /// Of local memory.
  package var byteCount: Int { 4 * step * (rows + 1 + columns + 1) }

  /// What the kernels rely on, and what every GPU has.
  package var isUsable: Bool {
    [1, 2, 4].contains(vector) && rows > 0 && columns > 0 && step > 0 && sumRows > 0
      && sumColumns > 0 && rows.isMultiple(of: sumRows) && columns.isMultiple(of: sumColumns)
      && [rows, columns, step].allSatisfy { $0.isMultiple(of: vector) }
      && (16...256).contains(group) && sumRows * sumColumns <= 64 && byteCount <= 48 << 10
  }

  /// Where nothing was measured.
  package static let standard = ProductTile(32, 32, sums: (4, 4))

  /// All that a tuner may choose from: tiles, smaller ones for outputs of few elements, each with
  /// some ways of reading.
  package static let all: [ProductTile] = {
    let sizes: [(Int, Int, (Int, Int))] = [
      (32, 32, (4, 4)), (64, 64, (4, 4)), (64, 64, (8, 8)), (128, 64, (8, 4)),
      (128, 128, (8, 8)), (32, 64, (4, 4)), (64, 32, (4, 4)), (16, 16, (2, 2)), (128, 16, (4, 4)),
    ]
    let ways: [(step: Int, vector: Int)] = [(16, 1), (16, 4), (8, 4), (32, 2)]
    return sizes.flatMap { size in
      ways.map { way in
        ProductTile(size.0, size.1, sums: size.2, step: way.step, vector: way.vector)
      }
    }
  }()

  /// The constants by the names that tile.cl knows them by.
  package var constants: [(name: String, value: Int)] {
    [
      ("PRODUCT_ROWS", rows), ("PRODUCT_COLUMNS", columns), ("PRODUCT_STEP", step),
      ("SUM_ROWS", sumRows), ("SUM_COLUMNS", sumColumns), ("VECTOR", vector),
    ]
  }
}

extension ProductTile: CustomStringConvertible {
  package var description: String {
    "\(rows)×\(columns)×\(step) tiles, \(sumRows)×\(sumColumns) sums, \(vector) at a time"
  }
}
