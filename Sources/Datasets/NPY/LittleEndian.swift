/// Little-endian integers, as in NPY and zip files.
enum LittleEndian {
  static func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  /// The integer at `offset`. All of its bytes must be inside `bytes`.
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
