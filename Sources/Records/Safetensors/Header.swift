import Text

/// The header of a safetensors file.
struct Header: Sendable {
  var metadata: [String: String] = [:]
  /// The position of the digits of the digest in the file.
  var digestRange: Range<Int>?
  /// The tensors, in the order of their data after `lay`.
  var entries: [Entry] = []

  struct Entry: Hashable, Sendable {
    var name: String
    var type: ElementType
    var shape: [Int]
    /// The position of the data, counted from the end of the header.
    var range: Range<Int>
  }

  /// A limit far above any model, because reading an entry takes time and memory.
  static let mostTensors = 65_536
  static let mostMetadata = 65_536
  /// A stricter limit than the 100,000,000 bytes of the reference implementation.
  static let mostBytes = 16 << 20

  /// Sorts the entries by their data, which must cover `count` bytes without gaps or overlaps.
  mutating func lay(over count: Int, path: String) throws {
    // Sorting is stable: empty tensors at the same offset keep their order.
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
