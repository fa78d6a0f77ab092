/// How the products of one step of a dense layer are computed.
package enum ProductChoice: Hashable, Sendable {
  /// By our kernels. A product that has few tiles for a device may be cut along its depth into
  /// parts that are added up afterwards, in order.
  case tiles(ProductTile, parts: Int = 1)
  /// By the device's library; forward only.
  case library

  package static let standard = ProductChoice.tiles(.standard)

  /// What is reasoned where nothing was measured: large tiles where they nearly fill a large GPU, and
  /// small ones otherwise, in parts where those are too few. A part is long enough to be worth the
  /// launch that adds them up.
  static func standard(for shape: ProductShape, on device: LaunchTraits) -> ProductChoice {
    if device.isCPU { return .standard }
    let (columns, depth) =
      shape.role == .forward ? (shape.columns, shape.depth) : (shape.depth, shape.columns)
    if ProductTile.large.groups(shape.rows, columns) >= 120 { return .tiles(.large) }
    let groups = ProductTile.standard.groups(shape.rows, columns)
    return .tiles(.standard, parts: groups > 100 ? 1 : max(1, min(132 / groups, depth / 512)))
  }
}

extension ProductChoice: CustomStringConvertible {
  package var description: String {
    switch self {
    case .tiles(let tile, let parts): "\(tile)" + (parts > 1 ? ", \(parts) parts" : "")
    case .library: "library"
    }
  }
}

/// The product of one step of a dense layer: y, or the gradient of the inputs.
package struct ProductShape: Hashable, Sendable {
  package let role: Role
  /// Of the batch.
  package let rows: Int
  /// The layer's outputs.
  package let columns: Int
  /// The layer's inputs.
  package let depth: Int

  package init(_ role: Role, rows: Int, columns: Int, depth: Int) {
    (self.role, self.rows, self.columns, self.depth) = (role, rows, columns, depth)
  }

  package enum Role: String, CaseIterable, Sendable {
    case forward
    /// The gradient of the inputs.
    case backward
  }

  /// Multiplications and additions.
  package var flops: Int { 2 * rows * columns * depth }
}

extension ProductShape: CustomStringConvertible {
  package var description: String { "\(role.rawValue) \(rows)×\(columns)×\(depth)" }
}

/// Which choice was made for which products: part of what a device is compiled for, because cutting
/// a sum into parts changes its last bits.
package struct ProductTuning: Hashable, Sendable {
  /// For products that nothing was measured for.
  package var standard: ProductChoice?
  package var choices: [ProductShape: ProductChoice] = [:]

  package init(standard: ProductChoice? = nil) { self.standard = standard }

  package subscript(shape: ProductShape) -> ProductChoice? { choices[shape] ?? standard }
}
