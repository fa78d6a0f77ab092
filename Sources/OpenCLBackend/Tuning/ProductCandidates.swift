import Engine

/// What a tuner tries for one product, in rounds, each of which begins with the best so far.
struct ProductCandidates {
  let shape: ProductShape
  /// Work-groups that keep the device busy.
  let wanted: Int
  let hasLibrary: Bool

  /// The most reals that all parts of a product may take: 256 MiB.
  private static let mostPartials = 1 << 26

  /// Tiles of all sizes, with steps of the length that promises most; a library's product.
  var sizes: [ProductChoice] {
    var choices = ProductTile.sizes.filter(fits).map { ProductChoice.tiles($0) }
    if hasLibrary && shape.role == .forward { choices.append(.library) }
    return choices
  }

  /// The tiles of the size of `best` with other steps.
  func steps(_ best: ProductChoice) -> [ProductChoice] {
    guard case .tiles(let tile, let parts) = best else { return [] }
    return ProductTile.all.filter { $0 != tile && $0.isLike(tile) }
      .map { .tiles($0, parts: parts) }
  }

  /// More parts, where the tiles alone do not fill the device.
  func cuts(_ best: ProductChoice) -> [ProductChoice] {
    guard case .tiles(let tile, _) = best else { return [] }
    let isForward = shape.role == .forward
    let (columns, depth) =
      isForward ? (shape.columns, shape.depth) : (shape.depth, shape.columns)
    return counts(tile, rows: shape.rows, columns: columns, depth: depth).map {
      .tiles(tile, parts: $0)
    }
  }

  /// Numbers of parts that leave each of them some steps, and do not exceed what is wanted by far.
  private func counts(_ tile: ProductTile, rows: Int, columns: Int, depth: Int) -> [Int] {
    let groups = tile.groups(rows, columns)
    return ProductChoice.partCounts.filter { parts in
      parts > 1 && parts * 2 * tile.step <= depth && groups * parts <= 4 * wanted
        && rows * columns * parts <= Self.mostPartials
    }
  }

  /// A tile that is mostly beyond the edges is not worth its time.
  private func fits(_ tile: ProductTile) -> Bool {
    let columns = shape.role == .forward ? shape.columns : shape.depth
    return tile.rows < 2 * max(16, shape.rows) && tile.columns < 2 * max(16, columns)
  }
}
