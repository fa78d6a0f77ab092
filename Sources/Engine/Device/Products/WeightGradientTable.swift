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

/// The table that weight_gradient.cl reads: for each work-group its job, the first row and column of
/// its tile and its part of the rows; then the jobs.
struct WeightGradientTable {
  private let tile: ProductTile
  private let parts: Int
  private var values: [Value] = []
  private var jobs: [(job: WeightGradientJob, words: [Int])] = []

  /// The values that the kernels can be given.
  static let mostValues = 24

  init(_ tile: ProductTile, parts: Int) { (self.tile, self.parts) = (tile, parts) }

  /// False if the job is of too many values more.
  mutating func append(_ job: WeightGradientJob, in graph: Graph) -> Bool {
    var values = values
    func number(_ value: Value) -> Int {
      let parent = graph.home(of: value).parent
      if let index = values.firstIndex(of: parent) { return index }
      values.append(parent)
      return values.count - 1
    }
    func start(_ value: Value, _ column: Int = 0) -> Int { graph.home(of: value).offset + column }
    func place(_ slice: Slice) -> [Int] {
      let stride = slice.value.shape.columns, first = slice.columns.lowerBound
      return [number(slice.value), start(slice.value, first), stride, stride - first]
    }
    func mode(_ result: ReversePass.Contribution?) -> Int {
      result.map { $0.accumulates ? 2 : 1 } ?? 0
    }
    let (dw, db) = (job.dw?.value ?? job.dy.value, job.db?.value ?? job.dy.value)
    let words =
      place(job.dy)
      + (job.saved.map { [number($0), start($0), $0.shape.columns] } ?? [-1, 0, 0])
      + [Int(job.activation.rawValue)] + place(job.x) + [job.width]
      + [number(dw), start(dw, job.column), job.depth, mode(job.dw)]
      + [number(db), start(db), mode(job.db)]
      + [job.rows, job.columns, Int(job.precision.rawValue), job.alignment(in: graph)]
    guard values.count <= Self.mostValues else { return false }
    self.values = values
    jobs.append((job, words))
    return true
  }

  func launch(into partial: Value?, in graph: inout Graph, isCPU: Bool) -> Launch {
    var (places, body): ([Int], [Int]) = ([], [])
    let groups = jobs.reduce(0) { $0 + tile.groups($1.job.columns, $1.job.width) } * parts
    for part in 0..<parts {
      var start = groups * 4
      for (job, words) in jobs {
        for row in stride(from: 0, to: job.columns, by: tile.rows) {
          for column in stride(from: 0, to: job.width, by: tile.columns) {
            places += [start, row, column, part]
          }
        }
        start += words.count
        if part == 0 { body += words }
      }
    }
    let table = graph.constant((places + body).map { UInt32(bitPattern: Int32($0)) })
    let values = values + Array(repeating: table, count: Self.mostValues - values.count)
    let arguments: [Launch.Argument] =
      [.value(table)] + values.map { .value($0) }
      + [
        .value(partial ?? table), .int(graph.block?.gradients.shape.count ?? 0), .int(parts),
      ]
    return isCPU
      ? .groups("weight_gradients_by_items", arguments, count: groups, size: 1)
      : .tiled("weight_gradients", arguments, tile, groups: groups)
  }
}

extension WeightGradientJob {
  /// What can be read or written four numbers at a time: values start at multiples of 128 numbers.
  fileprivate func alignment(in graph: Graph) -> Int {
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
