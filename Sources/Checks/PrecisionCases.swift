import Engine

extension PrimitiveCase {
  /// Layers just wide enough that their products are narrowed.
  ///
  /// Where every device rounds the same numbers they differ by the order of sums and no more, and
  /// the bounds are as tight as those of other layers: a factor that is not rounded, or rounded
  /// another way, is off by hundreds of times as much. So the factors are the same bits everywhere
  /// here: inputs as they are, and gradients of few values, which no order of sums can change.
  package static let narrowed =
    [ProductPrecision.bf16, .tf32].flatMap {
      precision in
      [wideLayer(257), wideLayer(1010), wideLayerOfEdges].map { $0.multiplying(precision) }
    } + [
      wideLayer(257).multiplying(.tf32x3), wideLayer(257, rows: 70).multiplying(.tf32x3),
      wideLayer(257, rows: 70).multiplying(.bf16),
    ]

  /// - Parameters:
  ///   - columns: with a thousand of them CPUs cut it by columns.
  ///   - rows: with 70 of them GPUs cut the sums of weight gradients.
  private static func wideLayer(_ columns: Int, rows: Int = 34) -> PrimitiveCase {
    PrimitiveCase(
      "wide dense", Shape(rows, 100), Shape(rows, 37), Shape(columns, 130), Shape(1, columns),
      bound: 1e-4, kind: .rounded, steepness: 1e4
    ) {
      let x = $0.inputs
      let y = $0.graph.dense([x[0].all, x[1].columns(5..<35)], weight: x[2], bias: x[3])
      // Slopes of absolute errors are ± their weights: eight gradients in all, of the size of 1.
      for _ in 0..<3 {
        let target = $0.constant(y.shape, .uniform(scale: 9)), term = $0.nextTerm()
        $0.graph.error(y, target, isSquared: false, as: term)
      }
    }
  }

  /// Ties, numbers that round up to the next power of two, and rows with one that is not finite.
  private static let wideLayerOfEdges = PrimitiveCase(
    "wide dense of edges", Shape(257, 130), Shape(1, 257), rows: 4, bound: 2e-5, kind: .forward,
    values: .fixed(edges)
  ) {
    let depth = 130
    var rows = (0..<4 * depth).map { edges[$0 % edges.count] }
    rows[depth] = .nan
    // Beyond the largest number of bf16 and of tf32, so that it becomes infinite.
    rows[2 * depth] = Double(Float.greatestFiniteMagnitude)
    rows[3 * depth] = 1e-40
    let x = $0.constant(Shape(4, depth), .fixed(rows))
    _ = $0.graph.copy($0.graph.dense(x, weight: $0.inputs[0], bias: $0.inputs[1]))
  }

  private static let edges: [Double] = [
    1 + 0x1p-8, 1 + 0x3p-8, -1 - 0x1p-8, 1 + 0x1p-11, 1 + 0x3p-11, -1 - 0x3p-11, 2 - 0x1p-9,
    2 - 0x1p-12, 0.3, 0, -0.0, 1e-30, -0.7,
  ]
}
