package import Randomness

/// What all noise of one step has in common.
package struct NoiseKey: Hashable, Sendable {
  package let seed: UInt64
  package let stream: RandomStream
  package let step: UInt32

  package init(seed: UInt64, stream: RandomStream, step: UInt32) {
    (self.seed, self.stream, self.step) = (seed, stream, step)
  }
}

extension Tile {
  /// Standard normals for the tile's rows, keyed by the clock.
  func drawNoise(
    _ clock: Value, _ stream: RandomStream, columns: Int, into out: UnsafeMutablePointer<E>
  ) {
    let clock = Clock(words: words(clock))
    let first = Int(clock.firstRow) + items.lowerBound
    E.normals(
      NoiseKey(seed: clock.seed, stream: stream, step: clock.step),
      rows: first..<first + items.count, columns: columns, into: out)
  }
}
