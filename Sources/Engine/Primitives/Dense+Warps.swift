// A dense layer's products by warps, as tensor cores compute them: a kernel for each precision.

extension DenseLayer {
  func usesWarps(on device: LaunchTraits) -> Bool { device.warpPrecisions.contains(precision) }

  var precisionArgument: Launch.Argument { .int(Int(precision.rawValue)) }
}

extension Dense {
  var productByWarps: Launch {
    .warps(
      "dense_warps_\(layer.precision.name)",
      layer.inputArguments + [.value(layer.w)] + results, rows: layer.rows,
      columns: layer.columns)
  }
}

extension DenseGradient {
  /// One launch for each input.
  var inputGradientsByWarps: [Launch] {
    dx.enumerated().compactMap { index, contribution in
      guard let contribution else { return nil }
      let input = layer.inputs[index]
      let weights = layer.weights(ofInput: index).columns
      return .warps(
        "dense_warps_input_gradient_\(layer.precision.name)",
        [
          .value(dy), .value(saved), .int(Int(layer.activation.rawValue)), .value(layer.w),
          .int(layer.depth), .int(weights.lowerBound), .value(contribution.value),
          .int(input.value.shape.columns), .int(input.columns.lowerBound),
          .int(input.columns.count), .int(layer.rows), .int(layer.columns),
          .int(contribution.accumulates ? 1 : 0),
        ], rows: layer.rows, columns: input.columns.count)
    }
  }
}

extension Launch {
  /// The work-group of kernels for warps, and the tile that it computes; tensor.cl has the same.
  package static let warpGroup = 256
  static let warpTile = ProductTile.large

  fileprivate static func warps(
    _ entry: String, _ arguments: [Argument], rows: Int, columns: Int
  ) -> Launch {
    func groups(_ count: Int, _ tile: Int) -> Int { (count + tile - 1) / tile }
    return .kernel(
      Kernel(
        entry: entry, arguments: arguments,
        global: Size(groups(columns, warpTile.columns) * warpGroup, groups(rows, warpTile.rows)),
        local: Size(warpGroup, 1)))
  }
}
