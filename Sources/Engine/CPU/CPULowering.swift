import Randomness

/// What the CPU runs: steps, and a graph that has their values.
struct CPUPlan {
  let graph: Graph
  let steps: [any CPUStep]
}

extension Graph {
  /// The graph as the CPU runs it: wide layers cut by columns, and noise that is drawn once.
  ///
  /// Its values are those of this graph and, after them, those that only its steps need.
  ///
  /// - Parameter isReference: the reference runs every step in one piece.
  func loweredForCPU(isReference: Bool) -> CPUPlan {
    var lowering = CPULowering(graph: self, isReference: isReference)
    let steps = steps.flatMap { $0.cpuSteps(in: &lowering) }
    return CPUPlan(graph: lowering.graph, steps: steps)
  }
}

/// A graph on its way to the CPU.
package struct CPULowering {
  fileprivate(set) var graph: Graph
  private let isReference: Bool
  private var noises: [NoiseUse: Value] = [:]

  private struct NoiseUse: Hashable {
    let statistics, clock: Value
    let stream: RandomStream
  }

  fileprivate init(graph: Graph, isReference: Bool) {
    (self.graph, self.isReference) = (graph, isReference)
  }

  /// Whether a layer is computed by columns: where there is more to gain from sharing the weights
  /// among rows than from keeping a row's numbers in the cache.
  func splitsByColumns(_ layer: DenseLayer) -> Bool {
    !isReference && layer.depth * layer.columns >= 1 << 17
  }

  mutating func makeValue(_ shape: Shape) -> Value { graph.makeValue(shape) }

  /// Where the noise for latents is kept for the step that needs it again; nil where none does.
  mutating func noise(for statistics: Value, clock: Value, stream: RandomStream) -> Value? {
    guard !isReference, graph.block != nil else { return nil }
    let use = NoiseUse(statistics: statistics, clock: clock, stream: stream)
    if let noise = noises[use] { return noise }
    let noise = makeValue(Shape(statistics.shape.rows, statistics.shape.columns / 2))
    noises[use] = noise
    return noise
  }
}
