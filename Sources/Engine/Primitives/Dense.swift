extension Graph {
  /// A dense layer of more weights is wide: its products are multiplied in `productPrecision`, and
  /// GPUs keep it out of chains.
  package static let mostNarrowWeights = 1 << 15

  /// y = f([x₁ x₂]·Wᵀ + b), with one or two inputs side by side.
  ///
  /// The inputs may be some columns of a wider value; nothing is copied to concatenate them.
  package mutating func dense(
    _ inputs: [Slice], weight: Value, bias: Value, activation: Activation = .identity
  ) -> Value {
    let layer = DenseLayer(
      inputs: inputs, w: weight, activation: activation, precision: productPrecision)
    if layer.precision != .fp32 { narrowedLayers += 1 }
    precondition(
      bias.shape == Shape(1, layer.columns), "\(bias.shape) bias for \(weight.shape) weights")
    let shape = Shape(layer.rows, layer.columns)
    let y = makeValue(shape)
    let before = activation.derivesFromOutput ? nil : makeValue(shape)
    append(Dense(layer: layer, b: bias, y: y, before: before))
    return y
  }

  /// y = f(x·Wᵀ + b)
  package mutating func dense(
    _ x: Value, weight: Value, bias: Value, activation: Activation = .identity
  ) -> Value {
    dense([x.all], weight: weight, bias: bias, activation: activation)
  }
}

/// What the forward and the backward step of a dense layer have in common.
struct DenseLayer: Hashable {
  let inputs: [Slice]
  let w: Value
  let activation: Activation
  /// What its three products multiply.
  let precision: ProductPrecision

  /// - Parameter precision: of its products if it is wide; those of narrow layers are too small to
  ///   gain by it, and keep `Float`.
  init(inputs: [Slice], w: Value, activation: Activation, precision: ProductPrecision) {
    precondition(inputs.count == 1 || inputs.count == 2, "\(inputs.count) inputs for a dense layer")
    let width = inputs.reduce(0) { $0 + $1.columns.count }
    precondition(w.shape.columns == width, "\(w.shape) weights do not fit \(width) inputs")
    precondition(
      inputs.allSatisfy { $0.value.shape.rows == inputs[0].value.shape.rows },
      "inputs of \(inputs.map(\.value.shape)) side by side")
    (self.inputs, self.w, self.activation) = (inputs, w, activation)
    self.precision = Self.isWide(w) ? precision : .fp32
  }

  /// Whether products of these weights are what a step takes its time for, and too many for each
  /// work-group of a GPU to read them all for a few rows.
  private static func isWide(_ w: Value) -> Bool { w.shape.count > Graph.mostNarrowWeights }

  var rows: Int { inputs[0].value.shape.rows }
  var columns: Int { w.shape.rows }
  var depth: Int { w.shape.columns }
  var second: Slice? { inputs.count == 2 ? inputs[1] : nil }

  /// The columns of W that meet input `index`.
  func weights(ofInput index: Int) -> Slice {
    let start = index == 0 ? 0 : inputs[0].columns.count
    return Slice(value: w, columns: start..<start + inputs[index].columns.count)
  }

  /// Both inputs for a kernel: pointer, stride, first column and width of each.
  var inputArguments: [Launch.Argument] {
    [(inputs[0], inputs[0].columns.count), (second ?? inputs[0], second?.columns.count ?? 0)]
      .flatMap { slice, width in
        [
          Launch.Argument.value(slice.value), .int(slice.value.shape.columns),
          .int(slice.columns.lowerBound), .int(width),
        ]
      }
  }
}

struct Dense: Differentiable {
  let layer: DenseLayer
  let b, y: Value
  /// x·Wᵀ + b, kept for the activations whose derivative needs it.
  let before: Value?

  var flops: Int { 2 * layer.rows * layer.columns * layer.depth }
  var formula: Formula? {
    .dense(
      inputs: layer.inputs, weight: layer.w, bias: b, activation: layer.activation, y: y)
  }

  func addGradients(to pass: inout ReversePass) {
    guard let dy = pass[y] else { return }
    let dw = pass.contribution(to: layer.w)
    let db = pass.contribution(to: b)
    let dx = layer.inputs.map { pass.contribution(to: $0) }
    pass.append(DenseGradient(layer: layer, saved: before ?? y, dy: dy, dx: dx, dw: dw, db: db))
  }
}

extension Dense: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let out = tile.matrix(y.all)
    for (index, input) in layer.inputs.enumerated() {
      E.multiply(
        tile.matrix(input), tile.wholeMatrix(layer.weights(ofInput: index), transposed: true),
        into: out, rows: tile.items.count, columns: layer.columns, depth: input.columns.count,
        accumulate: index > 0, precision: layer.precision, workspace: tile.workspace)
    }
    E.addBiasAndActivate(
      layer.activation, bias: tile.whole(b).start, y: out.base, rows: tile.items.count,
      columns: layer.columns, before: before.map { tile[$0].start })
  }

  func cpuSteps(in lowering: inout CPULowering) -> [any CPUStep] {
    lowering.splitsByColumns(layer)
      ? [DenseColumns(layer: layer, b: b, y: y, before: before)] : [self]
  }
}

extension Dense: RowStep {
  func products(on device: LaunchTraits) -> [ProductShape] {
    layer.usesWarps(on: device) ? [] : [layer.shape(.forward)]
  }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    if layer.usesWarps(on: lowering.device) { return [productByWarps] }
    switch layer.choice(.forward, on: lowering.device) {
    case .library: return libraryProducts + [finish(y, parts: 1)]
    case .tiles(let tile, let parts):
      guard parts > 1 else { return [product(tile, into: y, parts: 1)] }
      let partial = lowering.makeValue(Shape(parts, y.shape.count))
      return [product(tile, into: partial, parts: parts), finish(partial, parts: parts)]
    }
  }

  /// One product for each input.
  private var libraryProducts: [Launch] {
    layer.inputs.indices.map { index in
      .product(
        .init(
          rows: layer.rows, columns: layer.columns, depth: layer.inputs[index].columns.count,
          a: .init(slice: layer.inputs[index]),
          b: .init(slice: layer.weights(ofInput: index), transposed: true),
          c: .init(slice: y.all), accumulates: index > 0))
    }
  }

  private func product(_ tile: ProductTile, into out: Value, parts: Int) -> Launch {
    .tiled(
      "dense",
      layer.inputArguments + [.value(layer.w), .value(out), .int(parts)] + results
        + [layer.precisionArgument], tile,
      groups: tile.groups(layer.rows, layer.columns) * parts)
  }

  private func finish(_ partial: Value, parts: Int) -> Launch {
    .elementwise(
      "dense_finish", [.value(partial), .int(parts)] + results, count: y.shape.count)
  }

  var results: [Launch.Argument] {
    [
      .value(b), .value(y), .value(before ?? y), .int(layer.rows), .int(layer.columns),
      .int(Int(layer.activation.rawValue)),
    ]
  }
}

extension DenseLayer {
  func shape(_ role: ProductShape.Role) -> ProductShape {
    ProductShape(role, rows: rows, columns: columns, depth: depth)
  }

  /// How a device computes the layer's products: as it was tuned, or else as was reasoned.
  func choice(_ role: ProductShape.Role, on device: LaunchTraits) -> ProductChoice {
    let isForward = role == .forward
    // The library multiplies numbers as they are.
    let mayUseLibrary = isForward && (precision == .fp32 || precision == .tf32x3)
    let usesLibrary = mayUseLibrary && rows * columns * depth >= device.libraryProductThreshold
    let standard = ProductChoice.standard(for: shape(role), on: device)
    switch device.products[shape(role)] ?? (usesLibrary ? .library : standard) {
    case .library: return mayUseLibrary ? .library : standard
    case .tiles(let tile, let parts):
      // No part is to be empty.
      let steps = ((isForward ? depth : columns) + tile.step - 1) / tile.step
      return .tiles(tile, parts: min(parts, steps))
    }
  }
}
