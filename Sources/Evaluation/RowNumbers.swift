/// The numbers of rows in their table, which determine the random numbers of their samples.
package enum RowNumbers: Sendable {
  /// One after the other, beginning with this one.
  case from(Int)
  case list([UInt32])

  /// Those of `count` rows from place `start` on, as ranges without gaps.
  func ranges(_ start: Int, count: Int) -> [Range<Int>] {
    switch self {
    case .from(let first): return [first + start..<first + start + count]
    case .list(let numbers):
      return numbers[start..<start + count].reduce(into: []) { ranges, number in
        if let last = ranges.last, last.upperBound == Int(number) {
          ranges[ranges.count - 1] = last.lowerBound..<last.upperBound + 1
        } else {
          ranges.append(Int(number)..<Int(number) + 1)
        }
      }
    }
  }
}
