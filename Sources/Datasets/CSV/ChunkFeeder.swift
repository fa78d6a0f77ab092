import Glibc
import Machine
import Text

/// Divides a stream into chunks of whole rows, for any number of threads.
///
/// Rows end where lines do as long as no quotation mark has been seen. From the first one on only a
/// parser can tell, and the chunks are parsed one after another: a chunk is *out* until its parser
/// gives back what it did not take.
final class ChunkFeeder {
  /// As much text as a processor's cache holds.
  static let chunkSize = 1 << 20
  /// No row is longer. It bounds the memory that a file without line ends can take.
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
  /// What reading failed with; the chunks end there.
  private(set) var failure: Failure?

  init(_ stream: ByteStream, chunkSize: Int = ChunkFeeder.chunkSize) {
    (self.stream, self.chunkSize) = (stream, chunkSize)
  }

  /// More text behind what `buffer` holds, for the reader of the header, which gives back what it
  /// does not take.
  func extend(_ buffer: ChunkBuffer) throws(Failure) -> UnsafeBufferPointer<UInt8> {
    try readMore(buffer, upTo: min(buffer.count + chunkSize, buffer.capacity))
    return buffer.text
  }

  /// The next chunk into `buffer`; nil at the end.
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
      // From here on the chunk's parser has to give back, so that the others go on.
      isOut = sawQuote || buffer.count == buffer.capacity
      defer { number += 1 }
      return Chunk(
        number: number, isLast: atEnd && carry.isEmpty, mayBeTorn: isOut,
        isFull: buffer.count == buffer.capacity)
    }
  }

  /// Hands back what a torn chunk holds after its last whole row.
  func giveBack(_ buffer: ChunkBuffer, from position: Int, skipLine: Bool = false) {
    lock.held {
      carry = Array(buffer.text[position...])
      skipsLine = skipLine
      isOut = false
      lock.signal()
    }
  }

  /// Ends the chunks before the end of the file.
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
    // A row that the last chunk did not finish needs more than it had.
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
    // The last line of a file may lack its end, and a row longer than the buffer always does.
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

  /// Drops the rest of a line that was too long, up to its end.
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

  /// The position after the last line that is whole; of lines that end in a carriage return alone
  /// the last but one, as a line feed may follow.
  private static func lastLineEnd(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    if let feed = text.lastIndex(of: .lineFeed) { return feed + 1 }
    return text.dropLast().lastIndex(of: .carriageReturn).map { $0 + 1 }
  }
}
