// A dense layer and its gradient as operations of a chain: see dense_chain.cl.

extension Dense {
  /// As a processor computes it.
  var operation: ChainOperation {
    ChainOperation(
      "dense",
      [
        "x1": .rows(layer.inputs[0]), "width1": .int(layer.inputs[0].columns.count),
        "x2": .optionalRows(layer.second), "width2": .int(layer.second?.columns.count ?? 0),
        "w": .whole(layer.w), "b": .whole(b), "y": .result(y), "before": .optionalResult(before),
        "columns": .int(layer.columns), "activation": .int(Int(layer.activation.rawValue)),
      ])
  }

  func chained(_ shape: ChainShape) -> ChainedStep? {
    guard layer.fitsChain(shape) else { return nil }
    if shape.lanes > 1 { return ChainedStep(operations: [operation]) }
    let slices = shape.slices(columns: layer.columns, depth: layer.depth)
    return ChainedStep(
      operations: [sums(slices), result(slices)],
      exchange: shape.exchange(columns: layer.columns, depth: layer.depth))
  }

  private func sums(_ slices: Int) -> ChainOperation {
    ChainOperation(
      "dense_sums",
      [
        "exchange": .exchange, "x1": .rows(layer.inputs[0]),
        "width1": .int(layer.inputs[0].columns.count), "aligned1": .flag(layer.inputs[0].isAligned),
        "x2": .optionalRows(layer.second), "width2": .int(layer.second?.columns.count ?? 0),
        "aligned2": .flag(layer.second?.isAligned ?? false), "w": .whole(layer.w),
        "columns": .int(layer.columns), "slices": .int(slices),
      ])
  }

  private func result(_ slices: Int) -> ChainOperation {
    ChainOperation(
      "dense_result",
      [
        "exchange": .exchange, "b": .whole(b), "y": .result(y), "before": .optionalResult(before),
        "columns": .int(layer.columns), "activation": .int(Int(layer.activation.rawValue)),
        "slices": .int(slices),
      ])
  }
}

extension DenseGradient: DeviceStep {
  func chained(_ shape: ChainShape) -> ChainedStep? {
    guard layer.fitsChain(shape) else { return nil }
    var step = ChainedStep(operations: [])
    if !keepsDelta { (step.operations, step.scratch) = ([delta], layer.columns) }
    for (index, dx) in dx.enumerated() {
      guard let dx else { continue }
      let input = layer.inputs[index].columns
      let place = dx.place(from: input.lowerBound)
      if shape.lanes > 1 {
        step.operations.append(inputGradient(index, into: place))
      } else {
        let slices = shape.slices(columns: input.count, depth: layer.columns)
        step.operations += [sums(index, slices), result(index, slices, into: place)]
        step.exchange = max(
          step.exchange, shape.exchange(columns: input.count, depth: layer.columns))
      }
    }
    if !sums.isEmpty { step.weights = self }
    return step
  }

  /// d = dy, which needs no place of its own.
  var keepsDelta: Bool { layer.activation == .identity }

  private var d: ChainOperation.Operand { keepsDelta ? .rows(dy) : .scratch }

  private var delta: ChainOperation {
    ChainOperation(
      "delta",
      [
        "dy": .rows(dy), "saved": .rows(saved),
        "activation": .int(Int(layer.activation.rawValue)), "d": .scratch,
        "columns": .int(layer.columns),
      ])
  }

  private func inputGradient(
    _ index: Int, into place: ChainOperation.Place
  ) -> ChainOperation {
    let weights = layer.weights(ofInput: index).columns
    return ChainOperation(
      "input_gradient",
      [
        "d": d, "columns": .int(layer.columns), "w": .whole(layer.w), "depth": .int(layer.depth),
        "offset": .int(weights.lowerBound), "dx": .target(place), "width": .int(weights.count),
      ])
  }

  private func sums(_ index: Int, _ slices: Int) -> ChainOperation {
    let weights = layer.weights(ofInput: index).columns
    return ChainOperation(
      "input_gradient_sums",
      [
        "exchange": .exchange, "d": d, "width": .int(layer.columns), "w": .whole(layer.w),
        "depth": .int(layer.depth), "offset": .int(weights.lowerBound),
        "columns": .int(weights.count), "slices": .int(slices),
      ])
  }

  private func result(
    _ index: Int, _ slices: Int, into place: ChainOperation.Place
  ) -> ChainOperation {
    ChainOperation(
      "input_gradient_result",
      [
        "exchange": .exchange, "dx": .target(place),
        "width": .int(layer.inputs[index].columns.count), "slices": .int(slices),
      ])
  }
}

extension DenseLayer {
  /// Whether every work-group can read all weights for its few rows, instead of a tile of weights
  /// for many. Chains multiply numbers as they are.
  fileprivate func fitsChain(_ shape: ChainShape) -> Bool {
    precision == .fp32 && (shape.lanes > 1 || w.shape.count <= Self.mostWeightsOfChain)
  }

  /// 256×256: a group of a GPU reads so many in about the time that a launch takes.
  private static let mostWeightsOfChain = 1 << 16
}

extension Slice {
  /// Whether its rows begin where vectors of four may.
  fileprivate var isAligned: Bool { columns.lowerBound % 4 == 0 }
}
