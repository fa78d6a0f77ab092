/// Columns of a tile for values, used again when a value is no longer there.
struct TilePlan {
  private(set) var columns = 0
  private var places: [Value: Range<Int>] = [:]
  private let capacity: Int?
  private let step: Int

  /// - Parameters:
  ///   - capacity: the columns that there are; nil for any number.
  ///   - step: places begin at multiples of this.
  init(capacity: Int?, step: Int) { (self.capacity, self.step) = (capacity, step) }

  subscript(value: Value) -> Range<Int>? { places[value] }
  var values: [Value] { places.keys.sorted { $0.id < $1.id } }

  /// The first free columns that suffice; nil if there are none.
  mutating func take(for value: Value) -> Range<Int>? {
    let count = (value.shape.columns + step - 1) / step * step
    var start = 0
    for taken in places.values.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if taken.lowerBound - start >= count { break }
      start = taken.upperBound
    }
    if let capacity, start + count > capacity { return nil }
    columns = max(columns, start + count)
    places[value] = start..<start + count
    return places[value]
  }

  mutating func release(_ value: Value) { places[value] = nil }
}
