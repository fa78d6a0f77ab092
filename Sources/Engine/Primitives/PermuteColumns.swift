extension Graph {
  /// y[order[j]] = x[j] in every row; a flip where `order` counts down.
  ///
  /// Between couplings use their own `order`, which costs nothing.
  package mutating func permuteColumns(_ x: Value, order: [Int]) -> Value {
    let y = makeValue(x.shape)
    let order = columnOrder(order, count: x.shape.columns)
    append(PermuteColumns(x: x, order: order, gathers: false, out: y, accumulates: false))
    return y
  }
}

/// out[order[j]] = x[j], or out[j] = x[order[j]] where it gathers.
private struct PermuteColumns: Differentiable {
  let x, order: Value
  let gathers: Bool
  let out: Value
  let accumulates: Bool

  var domain: Domain { .rows(x.shape.rows) }
  var inputs: [Value] { [x] }
  var wholes: [Value] { [order] }
  var outputs: [Value] { [out] }
  var formula: Formula? {
    accumulates ? nil : .permuteColumns(x: x, order: order, gathers: gathers, y: out)
  }

  func addGradients(to pass: inout ReversePass) {
    guard let dout = pass[out], let dx = pass.contribution(to: x) else { return }
    pass.append(
      PermuteColumns(
        x: dout, order: order, gathers: !gathers, out: dx.value, accumulates: dx.accumulates))
  }
}

extension PermuteColumns: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[self.x], out = tile[self.out], order = tile.words(self.order)
    let columns = self.x.shape.columns
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
      .permute,
      [
        "x": .rows(x), "order": .whole(order), "gathers": .flag(gathers),
        "out": .target(out, column: 0, accumulates: accumulates),
        "columns": .int(x.shape.columns),
      ])
  }

  var workItems: Int { x.shape.count }
}

extension ChainOperation.Kind {
  static let permute = Self(
    "permute_columns",
    ["x": .rows, "order": .whole, "gathers": .int, "out": .target, "columns": .int])
}
