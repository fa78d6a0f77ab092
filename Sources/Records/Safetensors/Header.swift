import Text

/// What the text at the beginning of a file says.
struct Header: Sendable {
  var metadata: [String: String] = [:]
  /// Where in the file the digits of the digest are.
  var digestRange: Range<Int>?
  /// In the order of their bytes.
  var entries: [Entry] = []

  struct Entry: Hashable, Sendable {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// Counted from the first byte behind the header.
    var range: Range<Int>
  }

  /// More than any model has; reading an entry takes time and memory.
  static let mostTensors = 65_536
  static let mostMetadata = 65_536
  /// Ours, where others allow 100,000,000: a header is for people, too.
  static let mostBytes = 16 << 20

  /// The entries in the order of their bytes, which have to cover `count` bytes without a gap.
  mutating func lay(over count: Int, path: String) throws {
    // Sorting is stable, so tensors without bytes stay as they were.
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for entry in entries {
      guard entry.range.lowerBound == end else {
        throw Failure(
          in: path,
          "'\(entry.name)' begins at byte \(entry.range.lowerBound) of the data, "
            + "where \(end) is next")
      }
      end = entry.range.upperBound
    }
    guard end == count else {
      throw Failure(in: path, "the tensors have \(end) bytes, the file has \(count) for them")
    }
  }
}
