import Randomness

/// One step of a dense layer by itself, to be timed, and compared with the same by other kernels.
package struct ProductProbe {
  package let graph: Graph
  package let results: [Value]
  private let operands: [Value]

  package init(_ shape: ProductShape) {
    var graph = Graph()
    let x = graph.input(Shape(shape.rows, shape.depth))
    let w = graph.input(Shape(shape.columns, shape.depth))
    if shape.role == .forward {
      let b = graph.input(Shape(1, shape.columns))
      results = [graph.dense(x, weight: w, bias: b, activation: .tanh)]
      operands = [x, w, b]
    } else {
      func place(_ shape: Shape) -> ReversePass.Contribution {
        ReversePass.Contribution(value: graph.input(shape), accumulates: false)
      }
      let dy = graph.input(Shape(shape.rows, shape.columns)), saved = graph.input(dy.shape)
      let dw = place(w.shape), db = place(Shape(1, shape.columns))
      let dx = shape.role == .backward ? place(x.shape) : nil
      graph.append(
        DenseGradient(
          layer: DenseLayer(inputs: [x.all], w: w, activation: .tanh), saved: saved, dy: dy,
          dx: [dx], dw: dw, db: db))
      results = [dx, dw, db].compactMap { $0?.value }
      operands = [x, w, dy, saved]
    }
    self.graph = graph
  }

  /// Random operands, because zeros are computed faster; and results that no kernel could miss.
  package func fill(_ program: any Program) throws {
    let philox = Philox(seed: 5)
    for operand in operands {
      let words = (0..<(operand.shape.count + 3) / 4).lazy.flatMap { block -> [UInt32] in
        let words = philox(SIMD4(UInt32(block), UInt32(operand.id), 0, 0))
        return [words.x, words.y, words.z, words.w]
      }
      let numbers = words.prefix(operand.shape.count).map { Float($0 >> 8) * 0x1p-23 - 1 }
      try program.write(Array(numbers), to: operand)
    }
    try poison(program)
  }

  /// Lets no result of an earlier run pass for one of the next.
  package func poison(_ program: any Program) throws {
    for result in results {
      try program.write([Float](repeating: .nan, count: result.shape.count), to: result)
    }
  }

  /// The largest difference, relative to the largest number of the same result; infinite where one
  /// is missing.
  package static func difference(_ a: [[Float]], _ b: [[Float]]) -> Double {
    guard a.map(\.count) == b.map(\.count) else { return .infinity }
    return zip(a, b).reduce(0) { worst, pair in
      let scale = max(Float.leastNormalMagnitude, pair.1.reduce(0) { max($0, abs($1)) })
      return zip(pair.0, pair.1).reduce(worst) { worst, numbers in
        let difference = Double(abs(numbers.0 - numbers.1) / scale)
        // A maximum would not see nan.
        return difference <= worst ? worst : difference.isNaN ? .infinity : difference
      }
    }
  }
}
