/// One device command, described without reference to any device API.
package enum Launch: Hashable, Sendable {
  case kernel(Kernel)
  /// A matrix product by the device's library, for layers where that is faster than our kernel.
  case product(Product)

  package struct Kernel: Hashable, Sendable {
    package let entry: String
    package let arguments: [Argument]
    package let global: Size
    package let local: Size
    /// The sizes that the kernel is compiled for, where it knows several.
    package var tile = ProductTile.standard
    /// What it was written as, if that was for one graph.
    package var text: GeneratedKernel?
  }

  /// c = a·b, row-major; a is rows×depth, b depth×columns, either stored transposed.
  package struct Product: Hashable, Sendable {
    package let rows, columns, depth: Int
    package let a, b, c: Operand
    package let accumulates: Bool

    /// The same product of other values, which have the shapes of these.
    package func of(_ a: Value, _ b: Value, into c: Value) -> Product {
      func moved(_ operand: Operand, _ value: Value) -> Operand {
        precondition(value.shape == operand.slice.value.shape, "\(value.shape) for an operand")
        return Operand(
          slice: Slice(value: value, columns: operand.slice.columns),
          transposed: operand.transposed)
      }
      return Product(
        rows: rows, columns: columns, depth: depth, a: moved(self.a, a), b: moved(self.b, b),
        c: moved(self.c, c), accumulates: accumulates)
    }

    package struct Operand: Hashable, Sendable {
      package let slice: Slice
      package var transposed = false
    }
  }

  package enum Argument: Hashable, Sendable {
    case value(Value)
    case int(Int)
    case float(Float)
    /// So many reals of memory that a work-group has for itself.
    case local(reals: Int)
  }

  /// Work-items in two dimensions.
  package struct Size: Hashable, Sendable {
    package let x, y: Int
    package init(_ x: Int, _ y: Int = 1) {
      self.x = x
      self.y = y
    }
  }

  /// The kernel's entry point, or the library that computes the product.
  package var name: String {
    switch self {
    case .kernel(let kernel): kernel.entry
    case .product: "CLBlastSgemm"
    }
  }

  /// A kernel with one work-item per element; it masks the excess over `count` itself.
  static func elementwise(_ entry: String, _ arguments: [Argument], count: Int) -> Launch {
    groups(entry, arguments, count: (count + 63) / 64, size: 64)
  }

  /// A kernel that computes tiles of matrix products, one in each of so many work-groups.
  static func tiled(
    _ entry: String, _ arguments: [Argument], _ tile: ProductTile, groups: Int
  ) -> Launch {
    .kernel(
      Kernel(
        entry: entry, arguments: arguments, global: Size(groups * tile.group),
        local: Size(tile.group), tile: tile))
  }

  /// A kernel of so many work-groups.
  static func groups(
    _ entry: String, _ arguments: [Argument], count: Int = 1, size: Int
  ) -> Launch {
    .kernel(
      Kernel(entry: entry, arguments: arguments, global: Size(count * size), local: Size(size)))
  }
}

/// What a primitive may know about the device it is lowered for.
package struct LaunchTraits: Hashable, Sendable {
  /// The device is a CPU: whole work-groups are loops, not parallel lanes.
  package let isCPU: Bool
  /// The number of multiplications from which the library's matrix product is faster than ours.
  package let libraryProductThreshold: Int
  /// Precisions whose products are computed by warps of work-items, as tensor cores do.
  package let warpPrecisions: Set<ProductPrecision>
  /// Reals of the memory that a work-group can have for itself.
  package let localReals: Int
  /// How to compute which matrix products, where that is known better than in general.
  package var products: ProductTuning

  package init(
    isCPU: Bool, libraryProductThreshold: Int, warpPrecisions: Set<ProductPrecision> = [],
    localReals: Int = mostLocalReals, products: ProductTuning = ProductTuning()
  ) {
    self.localReals = min(localReals, Self.mostLocalReals)
    self.isCPU = isCPU
    self.libraryProductThreshold = libraryProductThreshold
    self.warpPrecisions = warpPrecisions
    self.products = products
  }

  /// What NVIDIA's OpenCL gives to a work-group, and every other GPU can.
  package static let mostLocalReals = 12288

  /// Our own kernels for everything.
  package static let plain = LaunchTraits(isCPU: false, libraryProductThreshold: .max)
}
