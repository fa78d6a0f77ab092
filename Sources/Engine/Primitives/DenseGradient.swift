/// The backward step of a dense layer. With d = dy ∘ f′:
///
///     dxᵢ = d·Wᵢ,   dW = dᵀ·[x₁ x₂],   db = column sums of d
///
/// Where the layer narrows its products, d is rounded for them; db is the sum of d as it is.
struct DenseGradient: Primitive {
  let layer: DenseLayer
  /// What f′ is computed from: see `Activation.derivesFromOutput`.
  let saved, dy: Value
  /// One for each input; nil where nothing upstream is a parameter.
  let dx: [ReversePass.Contribution?]
  let dw, db: ReversePass.Contribution?

  var domain: Domain { .rows(layer.rows) }
  var inputs: [Value] { layer.inputs.map(\.value) + [saved, dy] }
  var wholes: [Value] { [layer.w] }
  var outputs: [Value] { dx.compactMap { $0?.value } }
  var sums: [Value] { [dw, db].compactMap { $0?.value } }

  var flops: Int {
    let inputs = zip(dx, layer.inputs).reduce(0) { $0 + ($1.0 == nil ? 0 : $1.1.columns.count) }
    return 2 * layer.rows * layer.columns * (inputs + (dw == nil ? 0 : layer.depth))
  }
}

extension DenseGradient: CPUStep {
  func scratch(items: Int) -> Int { items * layer.columns }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let rows = tile.items.count
    let d = Matrix(base: tile.scratch.start, stride: layer.columns)
    E.activationGradient(
      layer.activation, dy: tile[dy].start, saved: tile[saved].start, dx: d.base,
      count: rows * layer.columns)
    for (index, contribution) in dx.enumerated() {
      guard let contribution else { continue }
      let input = layer.inputs[index]
      E.multiply(
        d, tile.wholeMatrix(layer.weights(ofInput: index)),
        into: tile.matrix(contribution.value.columns(input.columns)), rows: rows,
        columns: input.columns.count, depth: layer.columns, accumulate: contribution.accumulates,
        precision: layer.precision, workspace: tile.workspace)
    }
    addWeightGradient(d, tile)
    if let db {
      let sum = tile.sum(db.value, accumulates: db.accumulates)
      E.columnSums(
        d.base, rows: rows, columns: layer.columns, stride: layer.columns,
        accumulate: sum.accumulate, sums: sum.elements.start)
    }
  }

  private func addWeightGradient<E: Real>(_ d: Matrix<E>, _ tile: Tile<E>) {
    guard let dw else { return }
    let sum = tile.sum(dw.value, accumulates: dw.accumulates)
    let dT = Matrix(base: d.base, stride: d.stride, transposed: true)
    for (index, input) in layer.inputs.enumerated() {
      let start = layer.weights(ofInput: index).columns.lowerBound
      E.multiply(
        dT, tile.matrix(input),
        into: Matrix(base: sum.elements.start + start, stride: layer.depth), rows: layer.columns,
        columns: input.columns.count, depth: tile.items.count, accumulate: sum.accumulate,
        precision: layer.precision, workspace: tile.workspace)
    }
  }

  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] {
    guard lowering.splitsByColumns(layer) else { return [self] }
    var steps: [any CPUStep] = []
    var d = dy
    if layer.activation != .identity {
      d = lowering.makeValue(dy.shape)
      steps.append(DenseDelta(layer: layer, dy: dy, saved: saved, d: d))
    }
    if !sums.isEmpty { steps.append(DenseWeightColumns(layer: layer, d: d, dw: dw, db: db)) }
    for (index, dx) in dx.enumerated() {
      guard let dx else { continue }
      steps.append(DenseInputColumns(layer: layer, index: index, d: d, dx: dx))
    }
    return steps
  }
}
