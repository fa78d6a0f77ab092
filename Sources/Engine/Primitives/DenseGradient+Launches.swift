extension DenseGradient {
  private var hasInputs: Bool { dx.contains { $0 != nil } }

  func products(on device: LaunchTraits) -> [ProductShape] {
    layer.usesWarps(on: device) || !hasInputs ? [] : [layer.shape(.backward)]
  }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    if dw != nil || db != nil {
      lowering.add(
        WeightGradient(
          inputs: layer.inputs, dy: dy.all, saved: saved, activation: layer.activation, dw: dw,
          db: db, precision: layer.precision))
    }
    if layer.usesWarps(on: lowering.device) { return inputGradientsByWarps }
    return grids(lowering.device).flatMap { grid in
      guard grid.parts > 1 else { return [grid.products(dy)] }
      let partial = lowering.makeValue(Shape(grid.parts, grid.count))
      return [grid.products(partial), grid.sum(partial)]
    }
  }

  /// One grid for the gradients of both inputs; two where they are of one value, to the gradient of
  /// which they add in turn.
  private func grids(_ device: LaunchTraits) -> [InputGradientGrid] {
    guard hasInputs else { return [] }
    let addsTwice = dx.count == 2 && dx[0] != nil && dx[0]?.value == dx[1]?.value
    return addsTwice
      ? [grid([dx[0], nil], device), grid([nil, dx[1]], device)] : [grid(dx, device)]
  }

  private func grid(
    _ dx: [ReversePass.Contribution?], _ device: LaunchTraits
  ) -> InputGradientGrid {
    var (tile, parts) = (ProductTile.standard, 1)
    if case .tiles(let chosen, let chosenParts) = layer.choice(.backward, on: device) {
      (tile, parts) = (chosen, chosenParts)
    }
    return InputGradientGrid(layer: layer, saved: saved, dy: dy, dx: dx, tile: tile, parts: parts)
  }
}

/// Gradients of a dense layer's inputs that one launch computes.
private struct InputGradientGrid {
  let layer: DenseLayer
  let saved, dy: Value
  let dx: [ReversePass.Contribution?]
  let tile: ProductTile
  let parts: Int

  /// The columns of W whose inputs' gradient is asked for.
  private var columns: Range<Int> {
    let asked = dx.indices.filter { dx[$0] != nil }.map { layer.weights(ofInput: $0).columns }
    guard let first = asked.first, let last = asked.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }

  /// Elements of the gradients.
  var count: Int { layer.rows * columns.count }

  func products(_ partial: Value) -> Launch {
    .tiled(
      "dense_input_gradient",
      [.value(dy), .value(saved), .int(Int(layer.activation.rawValue)), .value(layer.w)]
        + layer.inputArguments + [.value(partial)] + results
        + [.int(layer.columns), layer.precisionArgument], tile,
      groups: tile.groups(layer.rows, columns.count) * parts)
  }

  func sum(_ partial: Value) -> Launch {
    .elementwise(
      "dense_input_gradient_sum",
      [.value(partial)]
        + layer.inputArguments.filter { if case .int = $0 { true } else { false } } + results,
      count: count)
  }

  private var results: [Launch.Argument] {
    [.int(columns.lowerBound), .int(columns.count), .int(parts)]
      + gradient(dx[0]) + gradient(dx.count == 2 ? dx[1] : nil) + [.int(layer.rows)]
  }

  /// Its place, and what to do there: nothing, set, add.
  private func gradient(_ place: ReversePass.Contribution?) -> [Launch.Argument] {
    [.value(place?.value ?? dy), .int(place.map { $0.accumulates ? 2 : 1 } ?? 0)]
  }
}
