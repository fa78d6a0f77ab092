// The backward step of a dense layer in three: d = dy ∘ f′ by rows, dx = d·W by columns of x, and
// dW = dᵀ·x, db = Σ d by columns of y.

struct DenseDelta: CPUStep {
  let layer: DenseLayer
  let dy, saved, d: Value

  var domain: Domain { .rows(layer.rows) }
  var inputs: [Value] { [dy, saved] }
  var outputs: [Value] { [d] }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    E.activationGradient(
      layer.activation, dy: tile[dy].start, saved: tile[saved].start, dx: tile[d].start,
      count: tile.items.count * layer.columns)
  }
}

struct DenseInputColumns: CPUStep {
  let layer: DenseLayer
  /// Which of the layer's inputs.
  let index: Int
  let d: Value
  let dx: ReversePass.Contribution

  var input: Slice { layer.inputs[index] }
  var domain: Domain { .columns(input.columns.count) }
  var wholes: [Value] { [d, layer.w] }
  var outputs: [Value] { [dx.value] }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let weights = layer.weights(ofInput: index).columns.lowerBound + tile.items.lowerBound
    let out = input.columns.lowerBound + tile.items.lowerBound
    E.multiply(
      tile.wholeMatrix(d.all),
      Matrix(base: tile.whole(layer.w).start + weights, stride: layer.depth),
      into: Matrix(base: tile.whole(dx.value).start + out, stride: dx.value.shape.columns),
      rows: layer.rows, columns: tile.items.count, depth: layer.columns,
      accumulate: dx.accumulates, precision: layer.precision, workspace: tile.workspace)
  }
}

struct DenseWeightColumns: CPUStep {
  let layer: DenseLayer
  let d: Value
  let dw, db: ReversePass.Contribution?

  var domain: Domain { .columns(layer.columns) }
  var wholes: [Value] { layer.inputs.map(\.value) + [d] }
  var outputs: [Value] { [dw, db].compactMap { $0?.value } }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let columns = tile.items
    let d = tile.whole(d).start + columns.lowerBound
    if let dw {
      let out = tile.whole(dw.value).start + columns.lowerBound * layer.depth
      for (index, input) in layer.inputs.enumerated() {
        let start = layer.weights(ofInput: index).columns.lowerBound
        E.multiply(
          Matrix(base: d, stride: layer.columns, transposed: true), tile.wholeMatrix(input),
          into: Matrix(base: out + start, stride: layer.depth), rows: columns.count,
          columns: input.columns.count, depth: layer.rows, accumulate: dw.accumulates,
          precision: layer.precision,
          workspace: tile.workspace)
      }
    }
    if let db {
      E.columnSums(
        d, rows: layer.rows, columns: columns.count, stride: layer.columns,
        accumulate: db.accumulates, sums: tile.whole(db.value).start + columns.lowerBound)
    }
  }
}
