/// Integers in the byte order of every format here: the lowest byte first.
enum LittleEndian {
  static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// The integer at `offset`, which must lie inside with all of its bytes.
  static func read<Number: FixedWidthInteger>(
    _ type: Number.Type, from bytes: some RandomAccessCollection<UInt8>, at offset: Int
  ) -> Number {
    var number: Number = 0
    for byte in bytes.dropFirst(offset).prefix(MemoryLayout<Number>.size).reversed() {
      number = number << 8 | Number(truncatingIfNeeded: byte)
    }
    return number
  }
}
