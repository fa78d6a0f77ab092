import Testing

/// A file that tests a rule of the format.
struct Vector: CustomTestStringConvertible, Sendable {
  let name: String
  let bytes: [UInt8]
  let isOurs: Bool
  /// Whether safetensors 0.8.0 reads it.
  let isTheirs: Bool

  var testDescription: String { name }

  /// What both read.
  static func good(_ name: String, _ header: String, _ data: [UInt8] = []) -> Vector {
    Vector(name: name, bytes: file(header, data), isOurs: true, isTheirs: true)
  }

  /// What nobody reads.
  static func bad(_ name: String, _ header: String, _ data: [UInt8] = []) -> Vector {
    Vector(name: name, bytes: file(header, data), isOurs: false, isTheirs: false)
  }

  /// What the reference reads, and we do not.
  static func strict(_ name: String, _ header: String, _ data: [UInt8] = []) -> Vector {
    Vector(name: name, bytes: file(header, data), isOurs: false, isTheirs: true)
  }

  /// Bytes that nobody reads.
  static func raw(_ name: String, _ bytes: [UInt8]) -> Vector {
    Vector(name: name, bytes: bytes, isOurs: false, isTheirs: false)
  }

  static func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    file(Array(header.utf8), data)
  }

  static func file(_ header: [UInt8], _ data: [UInt8] = []) -> [UInt8] {
    length(UInt64(header.count)) + header + data
  }

  static func length(_ count: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * UInt64($0))) }
  }
}
