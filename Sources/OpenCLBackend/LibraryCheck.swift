import Engine
import Text

/// A product of the library, compared with our kernel before it is used for the first time.
///
/// The tuner compares, too, but what it has found is on file, and the library may be another one now.
struct LibraryCheck {
  private let product: Launch.Product

  init(_ product: Launch.Product) { self.product = product }

  /// Everything by which the library chooses how to compute a product.
  struct Form: Hashable {
    let sizes: [Int]
    let transposed: [Bool]
    let accumulates: Bool

    init(_ product: Launch.Product) {
      let operands = [product.a, product.b, product.c]
      sizes =
        [product.rows, product.columns, product.depth]
        + operands.flatMap { [$0.slice.columns.lowerBound, $0.slice.value.shape.columns] }
      transposed = operands.map(\.transposed)
      accumulates = product.accumulates
    }
  }

  /// Throws where the library's result is wrong; once it is right, it is not computed again.
  func pass(on device: OpenCLDevice, in session: OpenCLSession) throws(OpenCLError) {
    let form = Form(product)
    guard !session.checkedProducts.contains(form) else { return }
    let difference = try difference(on: device)
    guard difference <= ProductProbe.bound else { throw wrong(difference, on: device) }
    session.checkedProducts.insert(form)
  }

  private func wrong(_ difference: Double, on device: OpenCLDevice) -> OpenCLError {
    let shape = "\(product.rows)×\(product.depth) by \(product.depth)×\(product.columns)"
    let share = Numbers.significant(difference, digits: 2)
    var error = OpenCLError(
      "CLBlast computes a wrong \(shape) matrix product: it differs by \(share) of the largest "
        + "number from that of Implode's kernel, and \(ProductProbe.bound) would be rounding",
      device: device.name,
      hint: "update or remove CLBlast (Debian: libclblast1) and run implode tune-kernels, or use "
        + "--backend cpu")
    error.code = .fault
    return error
  }

  /// The largest difference from our kernel's result on random numbers, relative to the largest.
  private func difference(on device: OpenCLDevice) throws(OpenCLError) -> Double {
    precondition(!product.a.transposed && product.b.transposed, "no layer has such a product")
    var graph = Graph()
    let a = graph.resident("a", product.a.slice.value.shape)
    let b = graph.resident("b", product.b.slice.value.shape)
    let c = graph.resident("c", product.c.slice.value.shape)
    // Our kernel takes the product's part of the weights as weights of their own.
    let weight = graph.resident("w", Shape(product.columns, product.depth))
    let bias = graph.resident("bias", Shape(1, product.columns))
    let input = Slice(value: a, columns: product.a.slice.columns)
    let y = graph.dense([input], weight: weight, bias: bias)
    let program = try Self.program(graph, on: device)
    let (width, start) = (b.shape.columns, product.b.slice.columns.lowerBound)
    let weights = ProductProbe.numbers(b.shape.count)
    let part = (0..<product.columns).flatMap { row in
      weights[row * width + start..<row * width + start + product.depth]
    }
    // What is not added to is not to pass for a result.
    let before =
      product.accumulates
      ? ProductProbe.numbers(c.shape.count) : [Float](repeating: .nan, count: c.shape.count)
    try program.write(ProductProbe.numbers(a.shape.count), to: a)
    try program.write(weights, to: b)
    try program.write(before, to: c)
    try program.write(part, to: weight)
    try program.run()
    try device.naming { () throws(OpenCLError) in
      try program.multiply(product.of(a, b, into: c))
    }
    var expected = try program.read(y)
    if product.accumulates { for i in expected.indices { expected[i] += before[i] } }
    // A single sum may happen to be near 0, which its rounding errors are not.
    let usual = (Float(product.depth) / 9).squareRoot()
    return ProductProbe.difference([try program.read(c) + [usual]], [expected + [usual]])
  }

  /// The graph with our kernel.
  private static func program(
    _ graph: Graph, on device: OpenCLDevice
  ) throws(OpenCLError) -> OpenCLProgram {
    let products = device.products
    defer { device.products = products }
    device.products = ProductTuning(standard: .standard)
    return try device.program(graph)
  }
}
