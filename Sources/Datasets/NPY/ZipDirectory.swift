import Machine
import Text

/// An entry of the directory of a zip file.
struct ZipEntry: Hashable {
  var name: String
  var isDeflated: Bool
  var flags: UInt16
  var crc: UInt32
  var packed: Int
  var unpacked: Int
  /// The position of the header of the entry.
  var offset: Int

  /// A bound on the compression ratio of deflate, which no valid entry exceeds.
  private static let mostUnpacking = 1100

  /// Whether the sizes are possible.
  var isPlausible: Bool {
    isDeflated ? unpacked <= Self.mostUnpacking * (packed + 16) : unpacked == packed
  }
}

/// The directory at the end of a zip file.
///
/// Only what numpy writes is read: one disk, no encryption, no 64-bit directory.
struct ZipDirectory {
  private(set) var entries: [ZipEntry] = []
  private let place: ArrayPlace

  private static let endLength = 22
  private static let longestComment = 65_535
  /// The largest size of a directory.
  private static let longest = 16 << 20

  static let hint = "copy or make the file again; python3 -m zipfile -t FILE checks it"

  init(_ input: InputFile) throws(Failure) {
    place = ArrayPlace(file: input.path)
    guard let size = input.bytes else {
      throw place.error(
        "holds an NPZ file, which cannot be read through a pipe", hint: "name the file")
    }
    let tailStart = max(0, size - Self.endLength - Self.longestComment)
    let tail = try input.bytes(size - tailStart, at: tailStart)
    guard let end = Self.end(in: tail) else {
      throw damaged("has no directory at its end: it is cut off, or no zip file")
    }
    let counts = (0..<4).map { LittleEndian.read(UInt16.self, from: tail, at: end + 4 + 2 * $0) }
    let length = Int(LittleEndian.read(UInt32.self, from: tail, at: end + 12))
    let start = Int(LittleEndian.read(UInt32.self, from: tail, at: end + 16))
    if counts[3] == .max || length == UInt32.max || start == UInt32.max { throw tooLarge() }
    guard counts[0] == 0, counts[1] == 0, counts[2] == counts[3],
      start + length == tailStart + end, length <= Self.longest
    else { throw damaged("has a directory that does not fit its end") }
    let directory = try input.bytes(length, at: start)
    try readEntries(directory, count: Int(counts[3]), start: start)
  }

  func damaged(_ what: String) -> Failure {
    Failure(file: place.file, cause: "\(what) (zip)", hint: Self.hint)
  }

  private func tooLarge() -> Failure {
    place.error(
      "is a zip64 file, with more than 4 GiB or 65,535 arrays",
      hint: "divide it, or save the table alone with np.save")
  }

  /// The position of the end record, after which only its comment follows.
  private static func end(in tail: [UInt8]) -> Int? {
    stride(from: tail.count - endLength, through: 0, by: -1).first { position in
      tail[position...].starts(with: [0x50, 0x4B, 5, 6])
        && position + endLength + Int(LittleEndian.read(UInt16.self, from: tail, at: position + 20))
          == tail.count
    }
  }

  private mutating func readEntries(
    _ bytes: [UInt8], count: Int, start: Int
  ) throws(Failure) {
    var position = 0
    for _ in 0..<count { entries.append(try readEntry(bytes, &position)) }
    guard position == bytes.count else { throw damaged("has a directory of another length") }
    var names: Set<[UInt8]> = []
    for entry in entries where !names.insert(Array(entry.name.utf8)).inserted {
      throw place.error(
        "holds \(Quotation.of(entry.name.utf8)) twice", hint: "remove or rename one of them")
    }
    // Entries that overlap could unpack to far more bytes than the file has.
    var end = 0
    for entry in entries.sorted(by: { $0.offset < $1.offset }) {
      guard entry.offset >= end else { throw damaged("has arrays that overlap") }
      end = entry.offset + ZipEntrySource.headerLength + entry.name.utf8.count + entry.packed
      guard end <= start else { throw damaged("has arrays that overlap its directory") }
    }
  }

  private func readEntry(
    _ bytes: [UInt8], _ position: inout Int
  ) throws(Failure) -> ZipEntry {
    let length = 46
    let record = bytes[position...].prefix(length)
    guard record.count == length, record.starts(with: [0x50, 0x4B, 1, 2]) else {
      throw damaged("has a damaged directory")
    }
    func short(_ at: Int) -> UInt16 { LittleEndian.read(UInt16.self, from: record, at: at) }
    func long(_ at: Int) -> UInt32 { LittleEndian.read(UInt32.self, from: record, at: at) }
    let (nameLength, others) = (Int(short(28)), Int(short(30)) + Int(short(32)))
    let nameBytes = bytes[(position + length)...].prefix(nameLength)
    position += length + nameLength + others
    guard position <= bytes.count else { throw damaged("has a damaged directory") }
    let name = String(decoding: nameBytes, as: UTF8.self)
    guard name.utf8.elementsEqual(nameBytes) else {
      throw damaged("has an array name in an unknown encoding")
    }
    // The flags of encryption, strong encryption, and an encrypted directory.
    if short(8) & 0x2041 != 0 {
      throw place.error("is encrypted", hint: "unpack it with its password and save it again")
    }
    if long(20) == .max || long(24) == .max || long(42) == .max { throw tooLarge() }
    let method = short(10)
    guard method == 0 || method == 8 else {
      throw place.error(
        "packs \(Quotation.of(name.utf8)) by method \(method), which is not read",
        hint: "save it again with np.savez or np.savez_compressed")
    }
    let entry = ZipEntry(
      name: name, isDeflated: method == 8, flags: short(8), crc: long(16), packed: Int(long(20)),
      unpacked: Int(long(24)), offset: Int(long(42)))
    guard entry.isPlausible else {
      throw damaged("claims sizes for \(Quotation.of(name.utf8)) that cannot be")
    }
    return entry
  }
}
