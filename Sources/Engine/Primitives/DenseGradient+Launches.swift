extension DenseGradient {
  func products(on device: LaunchTraits) -> [ProductShape] {
    layer.usesWarps(on: device)
      ? [] : [layer.shape(dx.contains { $0 != nil } ? .backward : .weights)]
  }

  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    if layer.usesWarps(on: lowering.device) { return gradientsByWarps }
    return grids(lowering.device).flatMap { grid in
      guard grid.partialCount > 0 else { return [grid.products(dy)] }
      let partial = lowering.makeValue(Shape(1, grid.partialCount))
      return [grid.products(partial), grid.sum(partial)]
    }
  }

  /// One grid for all gradients, as none of them needs another; two where both inputs are of one
  /// value, to the gradient of which they add in turn.
  private func grids(_ device: LaunchTraits) -> [DenseGradientGrid] {
    let addsTwice = dx.count == 2 && dx[0] != nil && dx[0]?.value == dx[1]?.value
    if addsTwice {
      return [
        grid([dx[0], nil], isLast: false, device), grid([nil, dx[1]], isLast: true, device),
      ]
    }
    return [grid(dx, isLast: true, device)]
  }

  private func grid(
    _ dx: [ReversePass.Contribution?], isLast: Bool, _ device: LaunchTraits
  ) -> DenseGradientGrid {
    let role: ProductShape.Role = dx.contains { $0 != nil } ? .backward : .weights
    var (tile, parts, weightParts) = (ProductTile.standard, 1, 1)
    if case .tiles(let chosen, let inputParts, let ofWeights) = layer.choice(role, on: device) {
      (tile, parts, weightParts) = (chosen, inputParts, ofWeights)
    }
    return DenseGradientGrid(
      layer: layer, saved: saved, dy: dy, dx: dx, dw: isLast ? dw : nil, db: isLast ? db : nil,
      tile: tile, inputParts: parts, weightParts: weightParts)
  }
}

/// Gradients of a dense layer that one launch computes.
private struct DenseGradientGrid {
  let layer: DenseLayer
  let saved, dy: Value
  let dx: [ReversePass.Contribution?]
  let dw, db: ReversePass.Contribution?
  let tile: ProductTile
  let inputParts, weightParts: Int

  /// The columns of W whose inputs' gradient is asked for.
  private var columns: Range<Int> {
    let asked = dx.indices.filter { dx[$0] != nil }.map { layer.weights(ofInput: $0).columns }
    guard let first = asked.first, let last = asked.last else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }

  private var hasWeights: Bool { dw != nil || db != nil }

  private var inputCount: Int { inputParts > 1 ? layer.rows * columns.count : 0 }
  private var weightCount: Int {
    hasWeights && weightParts > 1 ? layer.columns * (layer.depth + 1) : 0
  }

  /// Reals of all parts.
  var partialCount: Int { inputCount * inputParts + weightCount * weightParts }

  func products(_ partial: Value) -> Launch {
    let inputs = tile.groups(layer.rows, columns.count) * inputParts
    let weights = tile.groups(layer.columns, layer.depth) * weightParts
    return .tiled(
      "dense_gradient",
      [.value(dy), .value(saved), .int(Int(layer.activation.rawValue)), .value(layer.w)]
        + layer.inputArguments + [.value(partial), .int(inputs)] + results
        + [layer.precisionArgument], tile,
      groups: inputs + (hasWeights ? weights : 0))
  }

  func sum(_ partial: Value) -> Launch {
    .elementwise(
      "dense_gradient_sum",
      [.value(partial)]
        + layer.inputArguments.filter { if case .int = $0 { true } else { false } } + results,
      count: inputCount + weightCount)
  }

  private var results: [Launch.Argument] {
    [.int(columns.lowerBound), .int(columns.count), .int(inputParts)]
      + gradient(dx[0]) + gradient(dx.count == 2 ? dx[1] : nil) + [.int(weightParts)]
      + gradient(dw) + gradient(db) + [.int(layer.rows), .int(layer.columns)]
  }

  /// Its place, and what to do there: nothing, set, add.
  private func gradient(_ place: ReversePass.Contribution?) -> [Launch.Argument] {
    [.value(place?.value ?? dy), .int(place.map { $0.accumulates ? 2 : 1 } ?? 0)]
  }
}
