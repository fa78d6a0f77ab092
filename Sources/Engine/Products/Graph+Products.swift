/// A step that is mostly matrix products, whose kernels can be chosen.
protocol ProductStep: Primitive {
  var products: [ProductShape] { get }
}

extension Graph {
  /// The matrix products that a device computes by kernels of their own, not in a chain, and how
  /// often each occurs.
  package func products(on device: LaunchTraits) -> [ProductShape: Int] {
    let shapes = lowered(for: device).steps.flatMap { ($0 as? any ProductStep)?.products ?? [] }
    return Dictionary(shapes.map { ($0, 1) }, uniquingKeysWith: +)
  }
}

extension Dense: ProductStep {
  var products: [ProductShape] { [layer.shape(.forward)] }
}

extension DenseGradient: ProductStep {
  var products: [ProductShape] {
    [layer.shape(dx.contains { $0 != nil } ? .backward : .weights)]
  }
}
