/// A step that is mostly matrix products, whose kernels can be chosen.
protocol ProductStep: Primitive {
  /// Those that a device computes in tiles; products by warps have no choice.
  func products(on device: LaunchTraits) -> [ProductShape]
}

extension Graph {
  /// The matrix products that a device computes by kernels of their own, not in a chain, and how
  /// often each occurs.
  package func products(on device: LaunchTraits) -> [ProductShape: Int] {
    let shapes = lowered(for: device).steps.flatMap {
      ($0 as? any ProductStep)?.products(on: device) ?? []
    }
    return Dictionary(shapes.map { ($0, 1) }, uniquingKeysWith: +)
  }
}

extension Dense: ProductStep {
  func products(on device: LaunchTraits) -> [ProductShape] {
    layer.usesWarps(on: device) ? [] : [layer.shape(.forward)]
  }
}

extension DenseGradient: ProductStep {
  func products(on device: LaunchTraits) -> [ProductShape] {
    layer.usesWarps(on: device)
      ? [] : [layer.shape(dx.contains { $0 != nil } ? .backward : .weights)]
  }
}
