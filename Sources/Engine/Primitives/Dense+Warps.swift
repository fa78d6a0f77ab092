// A dense layer's products by warps, as tensor cores compute them: one launch for each.

extension DenseLayer {
  func usesWarps(on device: LaunchTraits) -> Bool { device.warpPrecisions.contains(precision) }

  var precisionArgument: Launch.Argument { .int(Int(precision.rawValue)) }
}

extension Dense {
  var productByWarps: Launch {
    .warps(
      "dense_warps",
      layer.inputArguments + [.value(layer.w)] + results + [layer.precisionArgument],
      rows: layer.rows, columns: layer.columns)
  }
}

extension DenseGradient {
  var gradientsByWarps: [Launch] { inputGradients + weightGradients }

  private var derivative: [Launch.Argument] {
    [.value(dy), .value(saved), .int(Int(layer.activation.rawValue))]
  }

  private var inputGradients: [Launch] {
    dx.enumerated().compactMap { index, contribution in
      guard let contribution else { return nil }
      let input = layer.inputs[index]
      let weights = layer.weights(ofInput: index).columns
      return .warps(
        "dense_warps_input_gradient",
        derivative + [
          .value(layer.w), .int(layer.depth), .int(weights.lowerBound),
          .value(contribution.value), .int(input.value.shape.columns),
          .int(input.columns.lowerBound), .int(input.columns.count), .int(layer.rows),
          .int(layer.columns), .int(contribution.accumulates ? 1 : 0), layer.precisionArgument,
        ], rows: layer.rows, columns: input.columns.count)
    }
  }

  private var weightGradients: [Launch] {
    guard !sums.isEmpty else { return [] }
    return [
      .warps(
        "dense_warps_weight_gradient",
        derivative + layer.inputArguments + .contribution(dw, otherwise: dy)
          + .contribution(db, otherwise: dy)
          + [.int(layer.rows), .int(layer.columns), layer.precisionArgument],
        rows: layer.columns, columns: layer.depth)
    ]
  }
}

extension Launch {
  /// A kernel whose work-groups of four warps compute square tiles; tensor.cl has the same sizes.
  fileprivate static func warps(
    _ entry: String, _ arguments: [Argument], rows: Int, columns: Int
  ) -> Launch {
    let tile = 64
    let group = 128
    func groups(_ count: Int) -> Int { (count + tile - 1) / tile }
    return .kernel(
      Kernel(
        entry: entry, arguments: arguments,
        global: Size(groups(columns) * group, groups(rows)), local: Size(group, 1)))
  }
}
