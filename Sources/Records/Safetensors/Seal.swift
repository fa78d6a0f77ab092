import Text

/// What we write about a file into its own metadata, so that no damage goes unseen.
///
/// The format itself has no checksum: a flipped bit in a weight loads silently. The digest is the
/// SHA-256 of the whole file, header included, with zeros in place of its own 64 digits. Version
/// and digest only count together: damage to the name of one leaves the other behind.
enum Seal {
  static let versionKey = "implode.format"
  static let digestKey = "implode.sha256"
  /// The newest version that we can read, and the one that we write.
  static let version = 1
  static let blank = [UInt8](repeating: UInt8(ascii: "0"), count: 64)

  /// The digest that belongs into `bytes` at `range`.
  static func digest(of bytes: [UInt8], at range: Range<Int>) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { bytes in
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[..<range.lowerBound]))
      blank.withUnsafeBytes { hash.update($0) }
      hash.update(UnsafeRawBufferPointer(rebasing: bytes[range.upperBound...]))
    }
    return hash.hexadecimal()
  }

  /// - Returns: whether there is a seal, which then holds.
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
        in: path, "its format is version \(version), and this program knows \(Self.version)",
        hint: "read it with the version of Implode that wrote it, or a newer one")
    }
    return true
  }

  static let damaged = "the file is damaged or was changed by another program; use another copy"
}
