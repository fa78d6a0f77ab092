/// a += (1 − d)·(w − a), after every step that was taken.
struct MovingAverage: Primitive {
  let block: ParameterBlock
  let control: Value
  let decay: Float
  let average: Value

  var domain: Domain { .elements(block.parameters.shape.count) }
  var inputs: [Value] { [block.parameters, average] }
  var wholes: [Value] { [control] }
  var outputs: [Value] { [average] }
}

extension MovingAverage: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    guard tile.whole(control)[OptimizerState.Control.isFinite.rawValue] != 0 else { return }
    let w = tile[block.parameters], average = tile[average], share = 1 - E(decay)
    for i in average.indices { average[i] += share * (w[i] - average[i]) }
  }
}

extension MovingAverage: DeviceStep {
  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    let count = block.parameters.shape.count
    return [
      .elementwise(
        "moving_average",
        [
          .value(block.parameters), .value(average), .value(control), .float(decay),
          .int(count),
        ], count: count)
    ]
  }
}
