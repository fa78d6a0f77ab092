/// What one input of a layer contributes to the layer's weight gradient.
struct WeightGradientJob {
  let x, dy: Slice
  let saved: Value?
  let activation: Activation
  let dw, db: ReversePass.Contribution?
  /// The first column of dW, and how many columns dW has in all.
  let column, depth: Int
  let precision: ProductPrecision

  var rows: Int { x.value.shape.rows }
  var columns: Int { dy.columns.count }
  var width: Int { x.columns.count }

  static func of(_ gradient: WeightGradient) -> [WeightGradientJob] {
    let depth = gradient.inputs.reduce(0) { $0 + $1.columns.count }
    var column = 0
    return gradient.inputs.enumerated().compactMap { index, x in
      defer { column += x.columns.count }
      // The biases come with the first input.
      let db = index == 0 ? gradient.db : nil
      guard gradient.dw != nil || db != nil else { return nil }
      return WeightGradientJob(
        x: x, dy: gradient.dy,
        saved: gradient.activation == .identity ? nil : gradient.saved,
        activation: gradient.activation, dw: gradient.dw, db: db, column: column, depth: depth,
        precision: gradient.precision)
    }
  }
}

extension WeightGradientJob {
  /// What can be read or written four numbers at a time: values start at multiples of 128 numbers.
  func alignment(in graph: Graph) -> Int {
    func isAligned(_ slice: Slice) -> Bool {
      let (start, stride) = (slice.columns.lowerBound, slice.value.shape.columns)
      return (start + graph.home(of: slice.value).offset).isMultiple(of: 4)
        && stride.isMultiple(of: 4) && start + (slice.columns.count + 3) / 4 * 4 <= stride
    }
    let dy = isAligned(self.dy) && saved.map { isAligned($0.all) } ?? true
    let dw = depth.isMultiple(of: 4) && column.isMultiple(of: 4)
    return (dy ? 1 : 0) + (isAligned(x) ? 2 : 0) + (dw ? 4 : 0)
  }
}
