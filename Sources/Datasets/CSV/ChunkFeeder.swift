import Glibc
import Machine
import Text

/// Divides a stream into chunks of whole rows, for any number of threads.
///
/// Before the first quotation mark, every line end is the end of a row, and chunks are parsed in
/// parallel. After it, only the parser can find the end of a row. Chunks are then parsed one by
/// one: a chunk is *out* until its parser gives back the text after the last complete row.
final class ChunkFeeder {
  /// The size of a chunk, which fits into the cache of a CPU.
  static let chunkSize = 1 << 20
  /// The largest size of a row. It limits the memory for a file without line ends.
  static let longestRow = 2 << 20

  private let stream: ByteStream
  private let chunkSize: Int
  private let lock = Lock()
  private var carry: [UInt8] = []
  private var number = 0
  private(set) var atEnd = false
  private var sawQuote = false
  private var isOut = false
  private var skipsLine = false
  private(set) var bytes = 0
  /// The error of reading, after which there are no more chunks.
  private(set) var failure: Failure?

  init(_ stream: ByteStream, chunkSize: Int = ChunkFeeder.chunkSize) {
    (self.stream, self.chunkSize) = (stream, chunkSize)
  }

  /// Reads more text into `buffer`, for the header, whose reader gives back the text after it.
  func extend(_ buffer: ChunkBuffer) throws(Failure) -> UnsafeBufferPointer<UInt8> {
    try readMore(buffer, upTo: min(buffer.count + chunkSize, buffer.capacity))
    return buffer.text
  }

  /// Reads the next chunk into `buffer`; nil at the end.
  func next(into buffer: ChunkBuffer) -> Chunk? {
    lock.held {
      while isOut { lock.wait() }
      guard failure == nil else { return nil }
      do throws(Failure) {
        if skipsLine { try skipLine(buffer) }
        try fill(buffer)
      } catch {
        failure = error
        return nil
      }
      guard buffer.count > 0 else { return nil }
      // The other threads wait until the parser of this chunk has called `giveBack`.
      isOut = sawQuote || buffer.count == buffer.capacity
      defer { number += 1 }
      return Chunk(
        number: number, isLast: atEnd && carry.isEmpty, mayBeTorn: isOut,
        isFull: buffer.count == buffer.capacity)
    }
  }

  /// Returns the text of a torn chunk after its last complete row.
  func giveBack(_ buffer: ChunkBuffer, from position: Int, skipLine: Bool = false) {
    lock.held {
      carry = Array(buffer.text[position...])
      skipsLine = skipLine
      isOut = false
      lock.signal()
    }
  }

  /// Stops before the end of the file: there are no more chunks.
  func stop() {
    lock.held {
      atEnd = true
      carry = []
    }
  }

  private func fill(_ buffer: ChunkBuffer) throws(Failure) {
    buffer.count = carry.count
    buffer.bytes.copyBytes(from: carry)
    carry.removeAll(keepingCapacity: true)
    // If the carried text is as long as a chunk, its row needs more text.
    var goal = buffer.count < chunkSize ? chunkSize : buffer.count + chunkSize
    var checked = 0
    while true {
      goal = min(goal, buffer.capacity)
      try readMore(buffer, upTo: goal)
      sawQuote = sawQuote || Self.holdsQuote(buffer, from: checked)
      checked = buffer.count
      if sawQuote || atEnd { break }
      if let end = Self.lastLineEnd(buffer.text) {
        carry.append(contentsOf: buffer.text[end...])
        buffer.count = end
        break
      }
      if buffer.count == buffer.capacity { break }
      goal = buffer.count + chunkSize
    }
    // The last line of a file, and a row longer than the buffer, may have no line end.
    buffer.bytes[buffer.count] = .lineFeed
  }

  private func readMore(_ buffer: ChunkBuffer, upTo goal: Int) throws(Failure) {
    guard !atEnd, goal > buffer.count else { return }
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[buffer.count..<goal])
    let count = try stream.read(into: room)
    bytes += count
    buffer.count += count
    if count < room.count { atEnd = true }
  }

  /// Skips the rest of a line that is too long.
  private func skipLine(_ buffer: ChunkBuffer) throws(Failure) {
    skipsLine = false
    carry.removeAll(keepingCapacity: true)
    while !atEnd {
      buffer.count = 0
      try readMore(buffer, upTo: chunkSize)
      let end = buffer.text.firstIndex { $0 == .lineFeed || $0 == .carriageReturn }
      guard let end else { continue }
      carry.append(contentsOf: buffer.text[end...])
      return
    }
  }

  private static func holdsQuote(_ buffer: ChunkBuffer, from start: Int) -> Bool {
    guard let base = buffer.bytes.baseAddress else { return false }
    return memchr(base + start, Int32(UInt8.quote), buffer.count - start) != nil
  }

  /// The position after the last complete line. A carriage return at the end of the text does not
  /// count, because a line feed may follow.
  private static func lastLineEnd(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    if let feed = text.lastIndex(of: .lineFeed) { return feed + 1 }
    return text.dropLast().lastIndex(of: .carriageReturn).map { $0 + 1 }
  }
}
