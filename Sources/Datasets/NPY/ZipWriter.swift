import CText
import Machine
import Text

/// Writes a zip file of uncompressed entries without times.
final class ZipWriter {
  /// The largest file: sizes and offsets have 32 bits.
  static let mostBytes = Int(UInt32.max)

  private let file: OutputFile
  private var position = 0
  private var entries: [ZipEntry] = []
  /// The number of bytes that the entry still needs; nil if its size was not given.
  private var left: Int?
  /// The number of bytes at the start of the entry that are written at its end.
  private var reserved = 0

  init(_ path: String, rule: OverwriteRule? = nil) throws(Failure) {
    file = try OutputFile(path, rule: rule)
  }

  /// Begins an entry of `size` bytes, which the following calls of `write` append.
  func begin(_ name: String, size: Int) throws(Failure) {
    precondition(position + size < Self.mostBytes, "\(size) bytes after \(position) in a zip file")
    // In a pipe the checksum cannot be written afterwards. It follows the data, as flag 8 says.
    let entry = ZipEntry(
      name: name, isDeflated: false, flags: file.canSeek ? 0 : 8, crc: 0, packed: size,
      unpacked: size, offset: position)
    entries.append(entry)
    left = size
    try send([0x50, 0x4B, 3, 4] + Self.facts(entry) + Array(name.utf8))
  }

  /// Whether an entry of unknown size can begin, which needs a file that is no pipe.
  var canReserve: Bool { file.canSeek }

  /// The number of bytes written.
  var size: Int { position }

  /// Begins an entry of unknown size, whose first `count` bytes are written at its end.
  func begin(_ name: String, reserving count: Int) throws(Failure) {
    precondition(canReserve, "nothing can be written again")
    try begin(name, size: 0)
    try send([UInt8](repeating: 0, count: count))
    (left, reserved) = (nil, count)
  }

  /// Writes the bytes of the numbers.
  func write<Number>(_ numbers: [Number]) throws(Failure) {
    let size = numbers.count * MemoryLayout<Number>.stride
    if let left { precondition(size <= left, "\(size) bytes where \(left) are left of the entry") }
    var crc = entries.last?.crc ?? 0
    let file = file
    // The closure returns its error, because `withUnsafeBytes` does not preserve typed throws.
    let failure: Failure? = numbers.withUnsafeBytes { bytes in
      crc = ct_crc32(crc, bytes.baseAddress, bytes.count)
      do throws(Failure) { try file.write(bytes) } catch { return error }
      return nil
    }
    if let failure { throw failure }
    if !entries.isEmpty { entries[entries.count - 1].crc = crc }
    if let left { self.left = left - size }
    position += size
  }

  /// Ends an entry with the bytes that were reserved at its start.
  func end(reserved bytes: [UInt8]) throws(Failure) {
    precondition(bytes.count == reserved && left == nil, "\(reserved) bytes were reserved")
    guard var entry = entries.popLast() else { return }
    let start = entry.offset + ZipEntrySource.headerLength + entry.name.utf8.count
    let size = position - start
    entry.crc = ct_crc32_joined(
      ct_crc32(0, bytes, bytes.count), entry.crc, size - bytes.count)
    (entry.packed, entry.unpacked) = (size, size)
    entries.append(entry)
    try file.overwrite(bytes, at: start)
    try file.overwrite(Self.sizes(entry), at: entry.offset + 14)
    (left, reserved) = (0, 0)
  }

  /// Ends the entry and writes its checksum.
  func end() throws(Failure) {
    precondition(left == 0, "bytes are missing from the entry")
    guard let entry = entries.last else { return }
    if file.canSeek {
      try file.overwrite(LittleEndian.bytes(entry.crc), at: entry.offset + 14)
    } else {
      try send([0x50, 0x4B, 7, 8] + Self.sizes(entry))
    }
  }

  /// Writes the directory and completes the file; it appears under its name only now.
  func close() throws(Failure) {
    let start = position
    for entry in entries {
      // Made by version 2.0, system 0; no comment, first disk, no attributes.
      let place = [UInt8](repeating: 0, count: 10) + LittleEndian.bytes(UInt32(entry.offset))
      try send(
        [0x50, 0x4B, 1, 2, 20, 0] + Self.facts(entry) + place + Array(entry.name.utf8))
    }
    let count = LittleEndian.bytes(UInt16(entries.count))
    let directory = [UInt32(position - start), UInt32(start)].flatMap { LittleEndian.bytes($0) }
    try send([0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + directory + [0, 0])
    try file.close()
  }

  /// The fields that are the same in the header and in the directory, from version to name length.
  private static func facts(_ entry: ZipEntry) -> [UInt8] {
    // Method 0 (stored), and the earliest possible time, 1980-01-01.
    let method: [UInt8] = [0, 0, 0, 0, 33, 0]
    let name = LittleEndian.bytes(UInt16(entry.name.utf8.count))
    return [20, 0] + LittleEndian.bytes(entry.flags) + method + sizes(entry) + name + [0, 0]
  }

  private static func sizes(_ entry: ZipEntry) -> [UInt8] {
    LittleEndian.bytes(entry.crc) + LittleEndian.bytes(UInt32(entry.packed))
      + LittleEndian.bytes(UInt32(entry.unpacked))
  }

  private func send(_ bytes: [UInt8]) throws(Failure) {
    try file.write(bytes)
    position += bytes.count
  }
}
