/// The sizes that kernels of matrix products are compiled for; tile.cl has the same constants.
package struct ProductTile: Hashable, Sendable {
  /// Of the tile that a work-group computes.
  package let rows, columns: Int
  /// So much of the depth is in local memory at a time.
  package let step: Int
  /// Sums that a work-item keeps, rows × columns of them.
  package let sumRows, sumColumns: Int
  /// How many work-items share each sum, with part of every step.
  package let slices: Int

  package init(
    _ rows: Int, _ columns: Int, sums: (Int, Int), slices: Int = 1, step: Int = 16
  ) {
    (self.rows, self.columns, self.step, self.slices) = (rows, columns, step, slices)
    (sumRows, sumColumns) = sums
  }

  /// Work-items of a group.
  package var group: Int { slices * rows / sumRows * (columns / sumColumns) }

  /// Tiles of a product.
  package func groups(_ rows: Int, _ columns: Int) -> Int {
    (rows + self.rows - 1) / self.rows * ((columns + self.columns - 1) / self.columns)
  }

  /// Of local memory, which has two steps.
  package var byteCount: Int { 8 * step * (rows + 4 + columns + 4) }

  /// What the kernels rely on, and what every GPU has. In the end the steps' memory has the sums of all
  /// slices but one, and what work-items add up for biases.
  package var isUsable: Bool {
    [rows, columns, step, sumRows, sumColumns].allSatisfy { $0 > 0 && $0.isMultiple(of: 4) }
      && rows.isMultiple(of: sumRows) && columns.isMultiple(of: sumColumns)
      && step.isMultiple(of: slices) && [rows, columns].allSatisfy { group.isMultiple(of: $0 / 4) }
      && (16...256).contains(group) && sumRows * sumColumns <= 64 && byteCount <= 48 << 10
      && 4 * (slices - 1) * rows * columns + 16 * group <= byteCount
  }

  /// Where nothing was measured: the second for products that are large enough for it to fill a GPU.
  package static let standard = ProductTile(32, 32, sums: (4, 4), slices: 4, step: 32)
  package static let large = ProductTile(64, 64, sums: (4, 4))

  /// All that a tuner may choose from, tile by tile: small ones for outputs of few elements, and each
  /// with steps of several lengths where local memory has room for them.
  package static let all: [ProductTile] = {
    let sizes: [(Int, Int, (Int, Int), Int, [Int])] = [
      (32, 32, (4, 4), 4, [32]), (32, 32, (4, 4), 1, [16, 8]), (64, 64, (4, 4), 1, [16, 8, 32]),
      (64, 64, (8, 4), 1, [8]), (64, 64, (8, 8), 1, [16, 8]), (128, 64, (8, 4), 1, [16, 8]),
      (128, 128, (8, 8), 1, [16]), (32, 64, (4, 4), 1, [8, 32]), (64, 32, (4, 4), 2, [32]),
      (16, 16, (4, 4), 4, [32, 64]), (128, 16, (4, 4), 1, [16, 32]),
    ]
    return sizes.flatMap { rows, columns, sums, slices, steps in
      steps.map { ProductTile(rows, columns, sums: sums, slices: slices, step: $0) }
    }.filter(\.isUsable)
  }()

  /// Whether the tiles differ in nothing but their steps.
  package func isLike(_ other: ProductTile) -> Bool {
    other
      == ProductTile(
        rows, columns, sums: (sumRows, sumColumns), slices: slices, step: other.step)
  }

  /// The first of each size: with the step that promises most.
  package static let sizes = all.filter { tile in all.first(where: tile.isLike) == tile }

  /// The constants by the names that tile.cl knows them by.
  package var constants: [(name: String, value: Int)] {
    [
      ("PRODUCT_ROWS", rows), ("PRODUCT_COLUMNS", columns), ("PRODUCT_STEP", step),
      ("SUM_ROWS", sumRows), ("SUM_COLUMNS", sumColumns), ("SLICES", slices),
    ]
  }

  /// As files and checkpoints have it.
  package var text: String {
    "tiles \(rows)x\(columns)x\(step) sums \(sumRows)x\(sumColumns)"
      + (slices > 1 ? " slices \(slices)" : "")
  }
}

extension ProductTile: CustomStringConvertible {
  package var description: String {
    "\(rows)×\(columns)×\(step) tiles, \(sumRows)×\(sumColumns) sums"
      + (slices > 1 ? ", \(slices) slices" : "")
  }
}
