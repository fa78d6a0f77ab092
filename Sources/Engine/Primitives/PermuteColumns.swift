extension Graph {
  /// y[order[j]] = x[j] in every row; a flip where `order` counts down.
  ///
  /// Between couplings use their own `order`, which costs nothing.
  package mutating func permuteColumns(_ x: Value, order: [Int]) -> Value {
    let y = makeValue(x.shape)
    let order = columnOrder(order, count: x.shape.columns)
    append(
      PermuteColumns(x: x, order: order, gathers: false, out: ReversePass.Contribution(value: y)))
    return y
  }
}

/// out[order[j]] = x[j], or out[j] = x[order[j]] where it gathers.
struct PermuteColumns: Differentiable {
  let x, order: Value
  let gathers: Bool
  let out: ReversePass.Contribution

  var formula: Formula? {
    out.accumulates ? nil : .permuteColumns(x: x, order: order, gathers: gathers, y: out.value)
  }

  func addGradients(to pass: inout ReversePass) {
    guard let dout = pass[out.value], let dx = pass.contribution(to: x) else { return }
    pass.append(PermuteColumns(x: dout, order: order, gathers: !gathers, out: dx))
  }
}

extension PermuteColumns: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[self.x], order = tile.words(self.order), columns = self.x.shape.columns
    let out = tile[self.out.value], accumulates = self.out.accumulates
    for r in 0..<tile.items.count {
      for j in 0..<columns {
        let here = r * columns + j, there = r * columns + Int(order[j])
        let (to, from) = gathers ? (here, there) : (there, here)
        out[to] = accumulates ? out[to] + x[from] : x[from]
      }
    }
  }
}

extension PermuteColumns: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "permute_columns",
      [
        "x": .rows(x), "order": .whole(order), "gathers": .flag(gathers),
        "out": .target(out), "columns": .int(x.shape.columns),
      ])
  }
}
