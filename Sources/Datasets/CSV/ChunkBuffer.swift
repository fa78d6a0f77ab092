/// A buffer of text that begins at the start of a row.
final class ChunkBuffer {
  let bytes: UnsafeMutableRawBufferPointer
  var count = 0

  /// Unused bytes after the text, since the parser reads eight characters at a time.
  static let margin = 32

  init(capacity: Int) {
    bytes = .allocate(byteCount: capacity + Self.margin, alignment: 16)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit { bytes.deallocate() }

  var capacity: Int { bytes.count - Self.margin }

  var text: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      rebasing: UnsafeRawBufferPointer(bytes).bindMemory(to: UInt8.self)[..<count])
  }
}

/// A part of the file that one thread parses.
struct Chunk {
  var number: Int
  /// Whether the file ends after the chunk.
  var isLast: Bool
  /// Whether the text may end inside a row. The parser then returns the position that it reached.
  var mayBeTorn: Bool
  /// Whether the buffer is full, so that a first row that it does not contain is too long.
  var isFull: Bool
}
