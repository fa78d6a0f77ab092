import Randomness

extension Graph {
  /// The graph as a processor runs it: wide layers cut by columns, and noise that is drawn once.
  ///
  /// Its values are those of this graph and, after them, those that only its steps need.
  func loweredForHost() -> Graph {
    var lowering = HostLowering(graph: self)
    let steps = steps.flatMap { $0.onHost(&lowering) ?? [$0] }
    lowering.graph.steps = steps
    return lowering.graph
  }
}

/// A graph on its way to the host.
package struct HostLowering {
  fileprivate(set) var graph: Graph
  private var noises: [NoiseUse: Value] = [:]

  private struct NoiseUse: Hashable {
    let statistics, clock: Value
    let stream: RandomStream
  }

  fileprivate init(graph: Graph) { self.graph = graph }

  mutating func makeValue(_ shape: Shape) -> Value { graph.makeValue(shape) }

  /// Where the noise for latents is kept for the step that needs it again; nil where none does.
  mutating func noise(for statistics: Value, clock: Value, stream: RandomStream) -> Value? {
    guard graph.block != nil else { return nil }
    let use = NoiseUse(statistics: statistics, clock: clock, stream: stream)
    if let noise = noises[use] { return noise }
    let noise = makeValue(Shape(statistics.shape.rows, statistics.shape.columns / 2))
    noises[use] = noise
    return noise
  }
}

// A tile of rows would take all weights of a wide layer through the cache once more, and every slot
// would have a gradient of its own of that size. By columns weights are read and gradients written
// once, and threads find work however few the rows are.
extension DenseLayer {
  /// Whether there is more to gain from sharing the weights among rows than from keeping a row's
  /// numbers in the cache.
  var isSplitByColumns: Bool { depth * columns >= 1 << 17 }

  /// Some rows of W and all columns that meet input `index`, transposed.
  func transposedWeights<E>(ofInput index: Int, rows: Range<Int>, _ tile: Tile<E>) -> Matrix<E> {
    let slice = weights(ofInput: index)
    return Matrix(
      base: tile.whole(w).start + rows.lowerBound * depth + slice.columns.lowerBound,
      stride: depth, transposed: true)
  }
}
