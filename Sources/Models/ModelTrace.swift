package import Engine

/// A model while it is being traced into a graph.
///
/// Layers are parameters by name: a second graph that traces the same model shares them with the
/// first.
package struct ModelTrace {
  package var graph = Graph()
  package let clock: Value
  /// Values that never change, and what the CPU has to write to them once.
  package private(set) var contents: [Content] = []
  /// Whether layers that are traced now are given by an earlier stage, not trained.
  private var isFrozen = false

  package struct Content: Sendable {
    package let value: Value
    package let elements: [Float]
  }

  /// - Parameter clock: the name that graphs share which tick together.
  package init(clock: String = "clock") { self.clock = graph.clock(clock) }

  /// Traces layers that an earlier stage has trained, and this one takes as they are.
  mutating func frozen(_ trace: (inout ModelTrace) -> Value) -> Value {
    isFrozen = true
    defer { isFrozen = false }
    return trace(&self)
  }

  /// Numbers that stay what they are.
  package mutating func constant(_ elements: [Float], _ shape: Shape) -> Value {
    precondition(elements.count == shape.count, "\(elements.count) elements for \(shape)")
    let value = graph.input(shape)
    contents.append(Content(value: value, elements: elements))
    return value
  }

  /// A dense layer called `name`, which starts with weights and biases in ±gain/√inputs.
  package mutating func dense(
    _ inputs: [Slice], width: Int, name: String, activation: Activation = .identity,
    gain: Float = 1
  ) -> Value {
    let depth = inputs.reduce(0) { $0 + $1.columns.count }
    let bound = gain / Float(depth).squareRoot()
    let w = weights("\(name).weight", Shape(width, depth), bound: bound, isRegularized: true)
    let b = weights("\(name).bias", Shape(1, width), bound: bound, isRegularized: false)
    return graph.dense(inputs, weight: w, bias: b, activation: activation)
  }

  private mutating func weights(
    _ name: String, _ shape: Shape, bound: Float, isRegularized: Bool
  ) -> Value {
    if let known = graph.names[name] { return known }
    return isFrozen
      ? graph.resident(name, shape)
      : graph.parameter(name, shape, isRegularized: isRegularized, initialBound: bound)
  }

  /// Dense layers one after the other, called `name.0`, `name.1` …
  package mutating func layers(
    _ inputs: [Slice], widths: [Int], name: String, activation: Activation
  ) -> [Slice] {
    var inputs = inputs
    for (index, width) in widths.enumerated() {
      inputs = [dense(inputs, width: width, name: "\(name).\(index)", activation: activation).all]
    }
    return inputs
  }

  /// A network: hidden layers, and a linear one called `name.out`, which starts smaller by
  /// `outputGain`.
  package mutating func network(
    _ inputs: [Slice], hidden: [Int], width: Int, name: String, activation: Activation,
    outputGain: Float = 1
  ) -> Value {
    let last = layers(inputs, widths: hidden, name: name, activation: activation)
    return dense(last, width: width, name: "\(name).out", gain: outputGain)
  }

  /// A·x + b with given numbers.
  package mutating func map(_ x: Value, by map: AffineMap) -> Value {
    let w = constant(map.matrix, Shape(map.rows, map.columns))
    let b = constant(map.offset, Shape(1, map.rows))
    return graph.dense(x, weight: w, bias: b)
  }
}

/// x = A·u + b
package struct AffineMap: Hashable, Sendable {
  /// The numbers in x and in u.
  package let rows, columns: Int
  /// rows×columns
  package let matrix: [Float]
  package let offset: [Float]

  package init(rows: Int, columns: Int, matrix: [Float], offset: [Float]) {
    precondition(matrix.count == rows * columns && offset.count == rows)
    (self.rows, self.columns, self.matrix, self.offset) = (rows, columns, matrix, offset)
  }

  /// The diagonal of A, if there is nothing beside it: scales and shifts, column by column.
  package var diagonal: [Float]? {
    guard rows == columns else { return nil }
    let isDiagonal = matrix.enumerated().allSatisfy { index, x in
      x == 0 || index / columns == index % columns
    }
    return isDiagonal ? (0..<rows).map { matrix[$0 * columns + $0] } : nil
  }
}
