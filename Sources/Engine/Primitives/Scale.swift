extension Graph {
  /// factor · x
  package mutating func scale(_ x: Value, by factor: Float) -> Value {
    let out = makeValue(x.shape)
    append(Scale(x: x, factor: factor, out: ReversePass.Contribution(value: out)))
    return out
  }

  /// x, in memory of its own.
  package mutating func copy(_ x: Value) -> Value { scale(x, by: 1) }
}

/// out = factor · x, or out += factor · x
struct Scale: Differentiable {
  let x: Value
  let factor: Float
  let out: ReversePass.Contribution

  var formula: Formula? { out.accumulates ? nil : .scale(x: x, factor: factor, y: out.value) }

  func addGradients(to pass: inout ReversePass) {
    guard let dout = pass[out.value], let dx = pass.contribution(to: x) else { return }
    pass.append(Scale(x: dout, factor: factor, out: dx))
  }
}

extension Scale: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[x], out = tile[out.value], factor = E(factor), accumulates = self.out.accumulates
    for i in out.indices { out[i] = accumulates ? out[i] + factor * x[i] : factor * x[i] }
  }
}

extension Scale: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "scale",
      [
        "x": .rows(x), "factor": .float(factor), "out": .target(out),
        "columns": .int(x.shape.columns),
      ])
  }
}
