import CText
import Machine
import Text

/// The bytes of a file, unpacked if it starts as gzip does, whatever it is called.
final class ByteStream {
  let file: InputFile
  private var inflater: OpaquePointer?
  private let packed: UnsafeMutableRawBufferPointer
  private var waiting: Range<Int>
  private var isMemberComplete = false

  init(_ file: InputFile) throws(Failure) {
    self.file = file
    packed = .allocate(byteCount: 1 << 18, alignment: 16)
    waiting = 0..<0
    // The first bytes decide, and are then the first to be handed out.
    waiting = 0..<(try file.read(into: packed))
    if waiting.count >= 2, packed[0] == 0x1F, packed[1] == 0x8B {
      inflater = ct_inflater_new(false)
      guard inflater != nil else {
        throw Failure(
          .output, file: file.path, cause: "cannot be unpacked: no memory is left",
          hint: "use a machine with more memory")
      }
    }
  }

  deinit {
    ct_inflater_free(inflater)
    packed.deallocate()
  }

  var isPacked: Bool { inflater != nil }

  /// The first bytes of the file, packed or not, before any of them is read.
  var start: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(packed)[waiting])
  }

  /// Fills `target` from its start, and returns how much: less than asked only at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    var filled = 0
    if let inflater {
      while filled < target.count, try unpack(into: target, from: &filled, by: inflater) {}
      return filled
    }
    filled = min(waiting.count, target.count)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: start.prefix(filled)))
    waiting = waiting.dropFirst(filled)
    return filled
      + (try file.read(into: UnsafeMutableRawBufferPointer(rebasing: target[filled...])))
  }

  /// Unpacks some more; false at the end.
  private func unpack(
    into target: UnsafeMutableRawBufferPointer, from filled: inout Int, by inflater: OpaquePointer
  ) throws(Failure) -> Bool {
    if waiting.isEmpty {
      waiting = 0..<(try file.read(into: packed))
      if waiting.isEmpty {
        if isMemberComplete { return false }
        throw damaged("ends in the middle of its packed data")
      }
    }
    if isMemberComplete {
      // Files that were packed one by one and then joined unpack to what was joined. Zeros behind
      // the last are padding.
      guard packed[waiting.lowerBound] == 0x1F else {
        guard start.allSatisfy({ $0 == 0 }) else {
          throw damaged("has bytes after its packed data")
        }
        waiting = 0..<0
        return true
      }
      ct_inflater_reset(inflater)
      isMemberComplete = false
    }
    var used = waiting.count
    var made = target.count - filled
    let source = start.assumingMemoryBound(to: UInt8.self).baseAddress
    let room = target.assumingMemoryBound(to: UInt8.self).baseAddress.map { $0 + filled }
    let state = ct_inflate(inflater, source, &used, room, &made)
    waiting = waiting.dropFirst(used)
    filled += made
    if state == ct_inflate_corrupt { throw damaged("is damaged inside its packed data") }
    isMemberComplete = state == ct_inflate_end
    return true
  }

  private func damaged(_ what: String) -> Failure {
    Failure(
      file: file.path, cause: "\(what) (gzip)",
      hint: "copy or make the file again; gzip -t FILE checks it")
  }
}
