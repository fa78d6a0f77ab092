// A tile of rows would take all weights of a wide layer through the cache once more, and every slot
// would have a gradient of its own of that size. By columns weights are read and gradients written
// once, and threads find work however few the rows are.

/// The forward step of a dense layer, by columns of y.
struct DenseColumns: CPUStep {
  let layer: DenseLayer
  let b, y: Value
  let before: Value?

  var domain: Domain { .columns(layer.columns) }
  var wholes: [Value] { layer.inputs.map(\.value) + [layer.w, b] }
  var outputs: [Value] { before.map { [y, $0] } ?? [y] }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let columns = tile.items
    let out = Matrix(base: tile.whole(y).start + columns.lowerBound, stride: layer.columns)
    for (index, input) in layer.inputs.enumerated() {
      E.multiply(
        tile.wholeMatrix(input),
        Matrix(
          base: tile.whole(layer.w).start + columns.lowerBound * layer.depth
            + layer.weights(ofInput: index).columns.lowerBound,
          stride: layer.depth, transposed: true),
        into: out, rows: layer.rows, columns: columns.count, depth: input.columns.count,
        accumulate: index > 0, precision: layer.precision, workspace: tile.workspace)
    }
    let bias = tile.whole(b).start + columns.lowerBound
    let before = self.before.map { tile.whole($0).start + columns.lowerBound }
    for r in 0..<layer.rows {
      E.addBiasAndActivate(
        layer.activation, bias: bias, y: out.base + r * out.stride, rows: 1,
        columns: columns.count, before: before.map { $0 + r * out.stride })
    }
  }
}
