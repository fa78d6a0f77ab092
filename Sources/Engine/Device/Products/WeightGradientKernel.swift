/// What computes weight gradients.
enum WeightGradientKernel: Hashable {
  /// On CPUs: a tile of a work-item.
  case items
  case tiles(ProductTile)
  case warps(ProductPrecision)

  var tile: ProductTile {
    switch self {
    case .items: ProductTile(8, 16, sums: (8, 16))
    case .tiles(let tile): tile
    case .warps: Launch.warpTile
    }
  }
}
