import Randomness

/// One step of a dense layer by itself, to be timed, and compared with the same by other kernels.
package struct ProductProbe {
  package let graph: Graph
  package let results: [Value]
  /// Shared by all programs of a probe.
  private let operands: [Value]

  package init(_ shape: ProductShape) {
    var graph = Graph()
    let x = graph.resident("x", Shape(shape.rows, shape.depth))
    let w = graph.resident("w", Shape(shape.columns, shape.depth))
    if shape.role == .forward {
      let b = graph.resident("b", Shape(1, shape.columns))
      results = [graph.dense(x, weight: w, bias: b, activation: .tanh)]
      operands = [x, w, b]
    } else {
      let dy = graph.resident("dy", Shape(shape.rows, shape.columns))
      let saved = graph.resident("saved", dy.shape)
      let dx = ReversePass.Contribution(value: graph.input(x.shape))
      graph.append(
        DenseGradient(
          layer: DenseLayer(inputs: [x.all], w: w, activation: .tanh, precision: .fp32),
          saved: saved, dy: dy, dx: [dx], dw: nil, db: nil))
      results = [dx.value]
      operands = [x, w, dy, saved]
    }
    self.graph = graph
  }

  /// Random operands, because zeros are computed faster.
  package func fill(_ program: any Program) throws {
    for operand in operands {
      try program.write(Self.numbers(operand.shape.count), to: operand)
    }
  }

  /// So many numbers from −1 to 1.
  ///
  /// They repeat, as large operands would take longer to make than to multiply. The count is a
  /// prime, so that no two rows are alike.
  package static func numbers(_ count: Int) -> [Float] {
    let philox = Philox(seed: 5)
    let numbers = (0..<min(count, 65_521)).map { i in
      Float(philox(SIMD4(UInt32(i), 0, 0, 0)).x >> 8) * 0x1p-23 - 1
    }
    return (0..<count).map { numbers[$0 % 65_521] }
  }

  /// The largest difference of results that are the same but for the order of their sums, relative
  /// to the largest number.
  package static let bound = 2e-5

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
