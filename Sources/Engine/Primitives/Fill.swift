/// out = number
struct Fill: Primitive {
  let out: Value
  let number: Float
}

extension Fill: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) { tile[out].update(repeating: E(number)) }
}

extension Fill: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "fill",
      ["out": .result(out), "number": .float(number), "columns": .int(out.shape.columns)])
  }
}

extension Graph {
  /// A value whose every element is `number`.
  package mutating func fill(_ shape: Shape, with number: Float) -> Value {
    let out = makeValue(shape)
    append(Fill(out: out, number: number))
    return out
  }
}
