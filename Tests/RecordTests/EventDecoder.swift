import Records

/// Reads event files by the letter of the format, sharing nothing with the writer but CRC-32C.
struct EventDecoder {
  enum Field: Hashable {
    case number(UInt64)
    case bytes([UInt8])
  }

  /// The messages of all whole records; nil where a checksum is wrong.
  static func records(_ bytes: [UInt8]) -> [[UInt8]]? {
    var records: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 12 {
      let length = Int(number(rest.prefix(8)))
      guard number(rest.dropFirst(8).prefix(4)) == CRC32C.masked(rest.prefix(8)) else { return nil }
      guard rest.count >= length + 16 else { break }
      let message = Array(rest.dropFirst(12).prefix(length))
      guard number(rest.dropFirst(12 + length).prefix(4)) == CRC32C.masked(message) else {
        return nil
      }
      records.append(message)
      rest = rest.dropFirst(length + 16)
    }
    return records
  }

  /// The fields of a message, in their order.
  static func fields(_ message: [UInt8]) -> [(Int, Field)] {
    var fields: [(Int, Field)] = []
    var rest = message[...]
    while !rest.isEmpty {
      let key = varint(&rest)
      switch key & 7 {
      case 0: fields.append((Int(key >> 3), .number(varint(&rest))))
      case 1:
        fields.append((Int(key >> 3), .number(number(rest.prefix(8)))))
        rest = rest.dropFirst(8)
      case 5:
        fields.append((Int(key >> 3), .number(number(rest.prefix(4)))))
        rest = rest.dropFirst(4)
      default:
        let count = Int(varint(&rest))
        fields.append((Int(key >> 3), .bytes(Array(rest.prefix(count)))))
        rest = rest.dropFirst(count)
      }
    }
    return fields
  }

  /// The first field of each message on the way down.
  static func field(_ message: [UInt8], _ path: Int...) -> Field? {
    var message = message
    for (depth, number) in path.enumerated() {
      guard let field = fields(message).first(where: { $0.0 == number })?.1 else { return nil }
      if depth == path.count - 1 { return field }
      guard case .bytes(let inner) = field else { return nil }
      message = inner
    }
    return nil
  }

  static func text(_ field: Field?) -> String? {
    guard case .bytes(let bytes)? = field else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64 {
    var (value, shift): (UInt64, UInt64) = (0, 0)
    while let byte = rest.popFirst() {
      value |= UInt64(byte & 127) << shift
      shift += 7
      if byte < 128 { break }
    }
    return value
  }
}
