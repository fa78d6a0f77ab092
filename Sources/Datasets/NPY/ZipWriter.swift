import CText
import Machine
import Text

/// Writes a zip file of entries that are stored as they are, without times.
final class ZipWriter {
  /// Sizes and places have 32 bits.
  static let mostBytes = Int(UInt32.max)

  private let file: OutputFile
  private var position = 0
  private var entries: [ZipEntry] = []
  /// Bytes that the entry still needs; nil where it ends when it ends.
  private var left: Int?
  /// Bytes at the start of the entry that are written at its end.
  private var reserved = 0

  init(_ path: String) throws(Failure) { file = try OutputFile(path) }

  /// Begins an entry of `size` bytes, which the next `write`s bring.
  func begin(_ name: String, size: Int) throws(Failure) {
    precondition(position + size < Self.mostBytes, "\(size) bytes after \(position) in a zip file")
    // Where nothing can be written again, the checksum follows the bytes, and this flag says so.
    let entry = ZipEntry(
      name: name, isDeflated: false, flags: file.canSeek ? 0 : 8, crc: 0, packed: size,
      unpacked: size, offset: position)
    entries.append(entry)
    left = size
    try send([0x50, 0x4B, 3, 4] + Self.facts(entry) + Array(name.utf8))
  }

  /// Whether an entry can begin whose size is not known.
  var canReserve: Bool { file.canSeek }

  /// Bytes of the file until now.
  var size: Int { position }

  /// Begins an entry of any size, whose first `count` bytes are known when it ends.
  func begin(_ name: String, reserving count: Int) throws(Failure) {
    precondition(canReserve, "nothing can be written again")
    try begin(name, size: 0)
    try send([UInt8](repeating: 0, count: count))
    (left, reserved) = (nil, count)
  }

  /// Writes the numbers' bytes.
  func write<Number>(_ numbers: [Number]) throws(Failure) {
    let size = numbers.count * MemoryLayout<Number>.stride
    if let left { precondition(size <= left, "\(size) bytes where \(left) are left of the entry") }
    var crc = entries.last?.crc ?? 0
    let file = file
    // The closure's own errors are values, as the library's function cannot say which it throws.
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

  /// Ends the entry: its checksum is known now.
  func end() throws(Failure) {
    precondition(left == 0, "bytes are missing from the entry")
    guard let entry = entries.last else { return }
    if file.canSeek {
      try file.overwrite(LittleEndian.bytes(entry.crc), at: entry.offset + 14)
    } else {
      try send([0x50, 0x4B, 7, 8] + Self.sizes(entry))
    }
  }

  /// Writes the directory, and gives the file its name.
  func close() throws(Failure) {
    let start = position
    for entry in entries {
      // Made by version 2.0 on no system in particular; no comment, first disk, no attributes.
      let place = [UInt8](repeating: 0, count: 10) + LittleEndian.bytes(UInt32(entry.offset))
      try send(
        [0x50, 0x4B, 1, 2, 20, 0] + Self.facts(entry) + place + Array(entry.name.utf8))
    }
    let count = LittleEndian.bytes(UInt16(entries.count))
    let directory = [UInt32(position - start), UInt32(start)].flatMap { LittleEndian.bytes($0) }
    try send([0x50, 0x4B, 5, 6, 0, 0, 0, 0] + count + count + directory + [0, 0])
    try file.close()
  }

  /// What an entry's header and the directory share: from the version to the lengths of names.
  private static func facts(_ entry: ZipEntry) -> [UInt8] {
    // Version 2.0, flags, stored; midnight of 1980-01-01, the first day there is.
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
