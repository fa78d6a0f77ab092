/// The sizes that kernels of matrix products are compiled for; tile.cl has the same constants.
package struct ProductTile: Hashable, Sendable {
  /// Of the tile that a work-group computes.
  package let rows, columns: Int
  /// So much of the depth is in local memory at a time.
  package let step: Int
  /// Sums that a work-item keeps, rows × columns of them.
  package let sumRows, sumColumns: Int

  package init(_ rows: Int, _ columns: Int, sums: (Int, Int), step: Int = 16) {
    (self.rows, self.columns, self.step) = (rows, columns, step)
    (sumRows, sumColumns) = sums
  }

  /// Work-items of a group.
  package var group: Int { rows / sumRows * (columns / sumColumns) }

  /// Tiles of a product.
  package func groups(_ rows: Int, _ columns: Int) -> Int {
    (rows + self.rows - 1) / self.rows * ((columns + self.columns - 1) / self.columns)
  }

  /// Of local memory, which has two steps and what work-items add up for biases.
  package var byteCount: Int { 8 * step * (rows + 4 + columns + 4) + 16 * group }

  /// What the kernels rely on, and what every GPU has.
  package var isUsable: Bool {
    [rows, columns, step, sumRows, sumColumns].allSatisfy { $0 > 0 && $0.isMultiple(of: 4) }
      && rows.isMultiple(of: sumRows) && columns.isMultiple(of: sumColumns)
      && [rows, columns].allSatisfy { group.isMultiple(of: $0 / 4) }
      && (16...256).contains(group) && sumRows * sumColumns <= 64 && byteCount <= 48 << 10
  }

  /// Where nothing was measured: the second for products that are large enough for it to fill a GPU.
  package static let standard = ProductTile(32, 32, sums: (4, 4))
  package static let large = ProductTile(64, 64, sums: (8, 4))

  /// All that a tuner may choose from: tiles, smaller ones for outputs of few elements, each with
  /// steps of several lengths where local memory has room for them.
  package static let all: [ProductTile] = {
    let sizes: [(Int, Int, (Int, Int))] = [
      (32, 32, (4, 4)), (64, 64, (8, 4)), (64, 64, (4, 4)), (64, 64, (8, 8)), (128, 64, (8, 4)),
      (128, 128, (8, 8)), (32, 64, (4, 4)), (64, 32, (4, 4)), (16, 16, (4, 4)), (128, 16, (4, 4)),
    ]
    return sizes.flatMap { size in
      [16, 8, 32].map { ProductTile(size.0, size.1, sums: size.2, step: $0) }
    }.filter(\.isUsable)
  }()

  /// The constants by the names that tile.cl knows them by.
  package var constants: [(name: String, value: Int)] {
    [
      ("PRODUCT_ROWS", rows), ("PRODUCT_COLUMNS", columns), ("PRODUCT_STEP", step),
      ("SUM_ROWS", sumRows), ("SUM_COLUMNS", sumColumns),
    ]
  }
}

extension ProductTile: CustomStringConvertible {
  package var description: String {
    "\(rows)×\(columns)×\(step) tiles, \(sumRows)×\(sumColumns) sums"
  }
}
