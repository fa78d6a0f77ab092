package import Randomness

extension Graph {
  /// y = x + σ·ε with ε from N(0, 1), drawn anew in every step.
  ///
  /// For measured or regularized data: a density of noise-free events has no finite optimum.
  ///
  /// - Parameter deviations: 1×columns, σ of each column.
  package mutating func jitter(
    _ x: Value, deviations: Value, clock: Value, stream: RandomStream = .dataNoise
  ) -> Value {
    precondition(
      deviations.shape == Shape(1, x.shape.columns), "deviations \(deviations.shape) for \(x.shape)"
    )
    let y = makeValue(x.shape)
    append(Jitter(x: x, deviations: deviations, clock: clock, stream: stream, y: y))
    return y
  }
}

struct Jitter: Differentiable {
  let x, deviations, clock: Value
  let stream: RandomStream
  let y: Value

  func addGradients(to pass: inout ReversePass) {
    if let dy = pass[y] { pass.passThrough(dy, to: x) }
  }
}

extension Jitter: CPUStep {
  func scratch(items: Int) -> Int { items * y.shape.columns }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let x = tile[x], y = tile[self.y], deviations = tile.whole(deviations)
    let columns = self.y.shape.columns, noise = tile.scratch.start
    tile.drawNoise(clock, stream, columns: columns, into: noise)
    for r in 0..<tile.items.count {
      for c in 0..<columns {
        let i = r * columns + c
        y[i] = x[i] + deviations[c] * noise[i]
      }
    }
  }
}

extension Jitter: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "jitter",
      [
        "x": .rows(x), "deviations": .whole(deviations), "clock": .whole(clock),
        "stream": .int(Int(stream.rawValue)), "y": .result(y),
        "columns": .int(y.shape.columns),
      ])
  }
}
