/// Text that begins at the start of a row, with room after it.
final class ChunkBuffer {
  let bytes: UnsafeMutableRawBufferPointer
  var count = 0

  /// Reading ahead of the text, eight characters at once, stays inside this.
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

/// A part of the file, as one thread parses it.
struct Chunk {
  var number: Int
  /// No text follows.
  var isLast: Bool
  /// The text may end inside a row: whoever parses it says how far it came.
  var mayBeTorn: Bool
  /// The text is all that will be read of its first row.
  var isFull: Bool
}
