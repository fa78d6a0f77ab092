import CText
import Machine
import Text

/// An array of a zip file, which is unpacked while it is read. Its checksum is verified at the end.
final class ZipEntrySource: ArraySource {
  static let headerLength = 30

  let place: ArrayPlace
  var size: Int? { entry.unpacked }

  private let input: InputFile
  private let entry: ZipEntry
  private let inflater: OpaquePointer?
  private let buffer: UnsafeMutableRawBufferPointer
  /// The part of the buffer that has not been unpacked.
  private var waiting = 0..<0
  /// The number of packed bytes that have not been read into the buffer.
  private var packedLeft: Int
  private var unpackedLeft: Int
  private var hasEnded: Bool
  private var crc: UInt32 = 0

  init(_ entry: ZipEntry, of input: InputFile, array: String) throws(Failure) {
    (self.entry, self.input) = (entry, input)
    place = ArrayPlace(file: input.path, array: array)
    (packedLeft, unpackedLeft) = (entry.packed, entry.unpacked)
    hasEnded = !entry.isDeflated
    buffer = .allocate(byteCount: entry.isDeflated ? 1 << 16 : 0, alignment: 16)
    inflater = entry.isDeflated ? ct_inflater_new(true) : nil
    if entry.isDeflated, inflater == nil {
      throw Failure(
        .output, file: input.path, cause: "cannot be unpacked: no memory is left",
        hint: "use a machine with more memory")
    }
    input.seek(to: entry.offset + (try checkHeader()))
  }

  deinit {
    ct_inflater_free(inflater)
    buffer.deallocate()
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    let room = UnsafeMutableRawBufferPointer(rebasing: target.prefix(unpackedLeft))
    var filled = 0
    if let inflater {
      while filled < room.count, try unpack(into: room, from: &filled, by: inflater) {}
    } else {
      filled = try input.read(into: room)
    }
    crc = ct_crc32(crc, room.baseAddress, filled)
    unpackedLeft -= filled
    return filled
  }

  func finish() throws(Failure) {
    if let inflater, unpackedLeft == 0 {
      // The end mark of the packed data may still be unread. No data may follow it.
      var spare: UInt8 = 0
      var made = 0
      try withUnsafeMutableBytes(of: &spare) { (room) throws(Failure) in
        while made == 0, try unpack(into: room, from: &made, by: inflater) {}
      }
      hasEnded = hasEnded && made == 0 && waiting.isEmpty && packedLeft == 0
    }
    guard unpackedLeft == 0, hasEnded else {
      throw place.damaged("is not as long as the directory says")
    }
    guard crc == entry.crc else {
      throw place.damaged("is damaged: its checksum is another (CRC-32)")
    }
    try input.checkUnchanged()
  }

  /// Unpacks more bytes; false at the end.
  private func unpack(
    into target: UnsafeMutableRawBufferPointer, from filled: inout Int, by inflater: OpaquePointer
  ) throws(Failure) -> Bool {
    if hasEnded { return false }
    if waiting.isEmpty {
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(packedLeft))
      waiting = 0..<(try input.read(into: part))
      packedLeft -= waiting.count
    }
    var used = waiting.count
    var made = target.count - filled
    let source = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[waiting])
    let bytes = target.assumingMemoryBound(to: UInt8.self).baseAddress.map { $0 + filled }
    let state = ct_inflate(
      inflater, source.assumingMemoryBound(to: UInt8.self).baseAddress, &used, bytes, &made)
    waiting = waiting.dropFirst(used)
    filled += made
    hasEnded = state == ct_inflate_end
    guard state != ct_inflate_corrupt, hasEnded || used > 0 || made > 0 else {
      throw place.damaged("is damaged inside its packed bytes")
    }
    return true
  }

  /// The length of the header of the entry; throws if it disagrees with the directory.
  private func checkHeader() throws(Failure) -> Int {
    let header = try input.bytes(Self.headerLength, at: entry.offset)
    let damaged = place.damaged("has a header that differs from the directory")
    guard header.count == Self.headerLength, header.starts(with: [0x50, 0x4B, 3, 4]) else {
      throw damaged
    }
    func short(_ at: Int) -> UInt16 { LittleEndian.read(UInt16.self, from: header, at: at) }
    func long(_ at: Int) -> UInt32 { LittleEndian.read(UInt32.self, from: header, at: at) }
    let (nameLength, extraLength) = (Int(short(26)), Int(short(28)))
    let name = try input.bytes(nameLength, at: entry.offset + Self.headerLength)
    guard name.elementsEqual(entry.name.utf8), short(6) == entry.flags,
      short(8) == (entry.isDeflated ? 8 : 0)
    else { throw damaged }
    // With flag 8 checksum and sizes follow the data. numpy writes 64-bit sizes, with 2³² − 1 here.
    if entry.flags & 8 == 0 {
      let sizes = [18: entry.packed, 22: entry.unpacked]
      guard long(14) == entry.crc,
        sizes.allSatisfy({ long($0.key) == .max || Int(long($0.key)) == $0.value })
      else { throw damaged }
    }
    return Self.headerLength + nameLength + extraLength
  }
}
