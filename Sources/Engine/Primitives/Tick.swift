extension Graph {
  /// Lets the clock go on to the next batch, in a graph that updates nothing.
  package mutating func tick(_ clock: Value) { append(Tick(clock: clock)) }
}

private struct Tick: Primitive {
  let clock: Value

  var domain: Domain { .once }
  var outputs: [Value] { [clock] }
}

extension Tick: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let words = tile.words(self.clock)
    var clock = Clock(words: words)
    clock.advance()
    clock.write(to: words)
  }
}

extension Tick: DeviceStep {
  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    [.groups("tick", [.value(clock)], size: 1)]
  }
}
