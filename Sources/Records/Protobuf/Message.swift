/// A protocol buffer message in wire format, with the types that event files and ONNX need.
struct Message: Hashable, Sendable {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ number: Int64) {
    key(field, wire: 0)
    varint(UInt64(bitPattern: number))
  }

  mutating func add(_ field: Int, _ number: Double) {
    key(field, wire: 1)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ number: Float) {
    key(field, wire: 5)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: Message) { add(field, message.bytes) }

  mutating func add(_ field: Int, _ content: [UInt8]) {
    key(field, wire: 2)
    varint(UInt64(content.count))
    bytes += content
  }

  private mutating func key(_ field: Int, wire: Int) { varint(UInt64(field << 3 | wire)) }

  /// Writes seven bits per byte, the lowest first. The eighth bit is set if another byte follows.
  private mutating func varint(_ number: UInt64) {
    var rest = number
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
