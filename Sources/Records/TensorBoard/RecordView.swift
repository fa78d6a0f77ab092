/// A record of an event file as it lies in the bytes of it.
struct RecordView {
  /// The step that it is of: 0 where it says none.
  let step: Int64
  /// Where the next one begins.
  let end: Int

  /// Nil where there is none that is whole.
  init?(_ file: [UInt8], at start: Int) {
    guard file.count - start >= 16 else { return nil }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(file[start + $1]) << (8 * $1) }
    guard length <= UInt64(file.count - start - 16) else { return nil }
    let message = file[start + 12..<start + 12 + Int(length)]
    guard let step = Self.step(message) else { return nil }
    (self.step, end) = (step, start + 16 + Int(length))
  }

  /// Field 2 of a message `Event`; only the time, of eight bytes, may come before it.
  private static func step(_ message: ArraySlice<UInt8>) -> Int64? {
    let rest = message.first == 0x09 ? message.dropFirst(9) : message
    guard rest.first == 0x10 else { return 0 }
    var step: UInt64 = 0
    for (place, byte) in rest.dropFirst().prefix(10).enumerated() {
      step |= UInt64(byte & 0x7F) << (7 * place)
      if byte < 0x80 { return Int64(bitPattern: step) }
    }
    return nil
  }
}
