/// Columns of a tile for every value of a chain, used again when a value is no longer needed.
struct TilePlan {
  private(set) var columns = 0
  private var places: [Value: Int] = [:]
  private var scratches: [Int] = []
  /// Columns that are taken, in order.
  private var taken: [Range<Int>] = []

  init(
    _ steps: [any DeviceStep], _ chained: [ChainedStep], imports: [Value], exports: [Value]
  ) {
    var last: [Value: Int] = [:]
    for (index, step) in steps.enumerated() {
      for value in step.inputs + step.outputs { last[value] = index }
    }
    for value in exports { last[value] = steps.count }
    for value in imports { places[value] = take(value.shape.columns) }
    for (index, step) in steps.enumerated() {
      for value in step.inputs + step.outputs where places[value] == nil {
        places[value] = take(value.shape.columns)
      }
      let scratch = chained[index].scratch
      scratches.append(scratch > 0 ? take(scratch) : 0)
      if scratch > 0 { release(scratches[index]) }
      for value in Set(step.inputs + step.outputs) where last[value] == index {
        places[value].map { release($0) }
      }
    }
  }

  func column(of value: Value) -> Int? { places[value] }
  func scratch(ofStep index: Int) -> Int { scratches[index] }

  /// The first free columns that suffice.
  private mutating func take(_ count: Int) -> Int {
    var start = 0
    var index = 0
    while index < taken.count && taken[index].lowerBound - start < count {
      start = taken[index].upperBound
      index += 1
    }
    taken.insert(start..<start + count, at: index)
    columns = max(columns, start + count)
    return start
  }

  private mutating func release(_ start: Int) { taken.removeAll { $0.lowerBound == start } }
}
