import Records

/// What is done to rows of numbers.
extension Term {
  func columns(_ range: Range<Int>) -> Term {
    graph.node(
      "Slice",
      [
        self, graph.integers([range.lowerBound]), graph.integers([range.upperBound]),
        graph.integers([1]),
      ])
  }

  /// These columns in this order.
  func columns(_ list: [Int]) -> Term {
    graph.node("Gather", [self, graph.integers(list)], [.integer("axis", 1)])
  }

  /// Terms side by side, or behind each other along another axis.
  static func concatenated(_ terms: [Term], axis: Int = 1) -> Term {
    guard terms.count > 1 else { return terms[0] }
    return terms[0].graph.node("Concat", terms, [.integer("axis", axis)])
  }

  /// Rows stay; what a row has gets this shape.
  func rows(of shape: [Int]) -> Term {
    // Zero takes the dimension as it is.
    graph.node("Reshape", [self, graph.integers([0] + shape)])
  }

  /// Σ over an axis.
  func sum(axis: Int, keepsAxis: Bool = true) -> Term {
    graph.node(
      "ReduceSum", [self, graph.integers([axis])], [.integer("keepdims", keepsAxis ? 1 : 0)])
  }

  func times(_ matrix: Term) -> Term { graph.node("MatMul", [self, matrix]) }

  /// x·M for a matrix given by its elements, row after row.
  func times(rows: Int, columns: Int, _ element: (Int, Int) -> Double) -> Term {
    let elements = (0..<rows).flatMap { i in (0..<columns).map { element(i, $0) } }
    return times(numbers(elements, shape: [rows, columns]))
  }
}

/// Vectors of three columns.
extension Term {
  func dot(_ other: Term) -> Term { (self * other).sum(axis: 1) }

  var length: Term { dot(self).root }

  func cross(_ b: Term) -> Term {
    columns([1, 2, 0]) * b.columns([2, 0, 1]) - columns([2, 0, 1]) * b.columns([1, 2, 0])
  }

  /// The vector of one atom of a row.
  func atom(_ i: Int) -> Term { columns(3 * i..<3 * i + 3) }

  /// The unit vector across `axis` that is nearest; as `SIMD3.perpendicular`, in two passes.
  func perpendicular(to axis: Term) -> Term {
    let across = self - dot(axis) * axis
    let near = across / across.length
    let better = near - near.dot(axis) * axis
    return better / better.length
  }

  /// The same vector in every row.
  func vector(_ x: Double, _ y: Double, _ z: Double) -> Term { numbers([x, y, z], shape: [1, 3]) }

  /// The coordinate axis that is farthest from this direction.
  var farthestAxis: Term {
    let size = magnitude
    let (a, b, c) = (size.columns(0..<1), size.columns(1..<2), size.columns(2..<3))
    let isFirst = !(a > b) && !(a > c)
    let isSecond = !(b > c)
    return isFirst.choose(vector(1, 0, 0), isSecond.choose(vector(0, 1, 0), vector(0, 0, 1)))
  }
}
