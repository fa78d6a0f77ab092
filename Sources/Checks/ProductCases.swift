import Engine

extension PrimitiveCase {
  /// Rows with matrix products, by kernels of every size that a tuner may choose, whole and cut. The
  /// number of parts is no constant of the kernels: one stands for all. Of tiles that differ in their
  /// steps alone, one computes all rows.
  package static let tuned: [PrimitiveCase] = ProductTile.all.flatMap { tile in
    [ProductChoice.tiles(tile), .tiles(tile, parts: 4)].flatMap { choice in
      (ProductTile.sizes.contains(tile) ? products : products.suffix(1)).map {
        $0.computed(by: choice)
      }
    }
  }

  private static let products: [PrimitiveCase] =
    all.filter { $0.name.hasPrefix("dense of") }
    + [(20, 70, 2), (34, 131, 133)].map { rows, inputs, outputs in
      PrimitiveCase(
        "dense of many", Shape(rows, inputs), Shape(outputs, inputs), Shape(1, outputs),
        bound: 1e-4
      ) {
        let x = $0.inputs
        $0.compare($0.graph.dense(x[0], weight: x[1], bias: x[2], activation: .silu))
      }
    }
}
