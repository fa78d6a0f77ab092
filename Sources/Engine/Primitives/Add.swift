extension Graph {
  /// a + b
  package mutating func add(_ a: Value, _ b: Value) -> Value {
    precondition(a.shape == b.shape, "cannot add \(a.shape) and \(b.shape)")
    let out = makeValue(a.shape)
    append(Add(a: a, b: b, out: out))
    return out
  }
}

/// out = a + b
struct Add: Differentiable {
  let a, b, out: Value

  var formula: Formula? { .add(a: a, b: b, y: out) }

  func addGradients(to pass: inout ReversePass) {
    guard let dout = pass[out] else { return }
    // One of the two may take the gradient as it is; a second hand-over would share its memory.
    pass.passThrough(dout, to: a)
    pass.addCopy(of: dout, to: b)
  }
}

extension Add: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let a = tile[a], b = tile[b], out = tile[out]
    for i in out.indices { out[i] = a[i] + b[i] }
  }
}

extension Add: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "add",
      ["a": .rows(a), "b": .rows(b), "out": .result(out), "columns": .int(out.shape.columns)])
  }
}
