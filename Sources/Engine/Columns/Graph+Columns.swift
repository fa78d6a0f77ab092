extension Graph {
  /// The graph as a processor runs it: the steps of wide layers cut by the columns of what they
  /// compute.
  ///
  /// A tile of rows would take all weights of such a layer through the cache once more, and every
  /// slot would have a gradient of its own of that size; by columns weights are read and gradients
  /// written once, and threads find work however few the rows are. Its values are those of this
  /// graph and, after them, those that the cut steps need.
  func splitByColumns() -> Graph {
    var result = self
    result.steps = []
    for step in steps {
      result.steps += step.byColumns(in: &result) ?? [step]
    }
    return result
  }
}

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
