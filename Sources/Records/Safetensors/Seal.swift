import Text

/// The version and checksum of a file, in its metadata, which reveal any damage.
///
/// The format itself has no checksum, so a flipped bit in a weight would load without an error. The
/// digest is the SHA-256 of the whole file, including the header, with zeros in place of its own 64
/// digits. A file with only one of the two keys is damaged: a changed byte has renamed the other.
enum Seal {
  static let versionKey = "implode.format"
  static let digestKey = "implode.sha256"
  /// The version that is written and read.
  static let version = 1
  static let blank = [UInt8](repeating: UInt8(ascii: "0"), count: 64)

  /// The digest of `bytes`, whose own digits are at `range`.
  static func digest(of bytes: [UInt8], at range: Range<Int>) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { bytes in
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<range.lowerBound]))
      blank.withUnsafeBytes { hash.update($0) }
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...]))
    }
    return hash.hexadecimal()
  }

  /// Throws if there is a seal that is incomplete or wrong.
  ///
  /// - Returns: whether there is a seal.
  static func verify(
    _ bytes: [UInt8], _ header: Header, path: String
  ) throws -> Bool {
    let (version, digest) = (header.metadata[versionKey], header.metadata[digestKey])
    if version == nil && digest == nil { return false }
    guard let version, let digest, let range = header.digestRange else {
      throw Failure(in: path, "one half of the seal is missing", hint: damaged)
    }
    guard range.count == blank.count, Self.digest(of: bytes, at: range) == digest else {
      throw Failure(in: path, "the content does not have the SHA-256 it names", hint: damaged)
    }
    guard version == "\(Self.version)" else {
      throw Failure(
        in: path, "its format is version \(version); this program reads version \(Self.version)",
        hint: "read it with the version of Implode that wrote it, or a newer one")
    }
    return true
  }

  static let damaged = "the file is damaged or was changed by another program; use another copy"
}
