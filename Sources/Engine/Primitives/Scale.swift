extension Graph {
  /// factor · x
  package mutating func scale(_ x: Value, by factor: Float) -> Value {
    let out = makeValue(x.shape)
    append(Scale(x: x, factor: factor, out: out, accumulates: false))
    return out
  }

  /// x, in memory of its own.
  package mutating func copy(_ x: Value) -> Value { scale(x, by: 1) }
}

/// out = factor · x, or out += factor · x
struct Scale: Differentiable {
  let x: Value
  let factor: Float
  let out: Value
  let accumulates: Bool

  var domain: Domain { .rows(out.shape.rows) }
  var inputs: [Value] { [x] }
  var outputs: [Value] { [out] }
  var formula: Formula? { accumulates ? nil : .scale(x: x, factor: factor, y: out) }

  func addGradients(to pass: inout ReversePass) {
    guard let dout = pass[out], let dx = pass.contribution(to: x) else { return }
    pass.append(
      Scale(x: dout, factor: factor, out: dx.value, accumulates: dx.accumulates))
  }
}

extension Scale: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[x], out = tile[out], factor = E(factor)
    for i in out.indices { out[i] = accumulates ? out[i] + factor * x[i] : factor * x[i] }
  }
}

extension Scale: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      .scale,
      [
        "x": .rows(x), "factor": .float(factor),
        "out": .target(out, column: 0, accumulates: accumulates),
        "columns": .int(out.shape.columns),
      ])
  }

  var workItems: Int { out.shape.count }
}

extension ChainOperation.Kind {
  static let scale = Self(
    "scale", ["x": .rows, "factor": .float, "out": .target, "columns": .int])
}
