/// The table that weight_gradient.cl reads: for each work-group its job, the first row and column of
/// its tile and its part of the rows; then the jobs.
struct WeightGradientTable {
  private let kernel: WeightGradientKernel
  private let parts: Int
  private var values: [Value] = []
  private var jobs: [(job: WeightGradientJob, words: [Int])] = []

  /// The values that the kernels can be given.
  static let mostValues = 24

  init(_ kernel: WeightGradientKernel, parts: Int) { (self.kernel, self.parts) = (kernel, parts) }

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

  var results: [Value] { jobs.flatMap { [$0.job.dw, $0.job.db] }.compactMap { $0?.value } }

  func launch(into partial: Value?, in graph: inout Graph) -> Launch {
    let tile = kernel.tile
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
    return switch kernel {
    case .items: .groups("weight_gradients_by_items", arguments, count: groups, size: 1)
    case .tiles: .tiled("weight_gradients", arguments, tile, groups: groups)
    case .warps(let precision):
      .groups(
        "weight_gradients_\(precision.name)", arguments, count: groups, size: Launch.warpGroup)
    }
  }
}
