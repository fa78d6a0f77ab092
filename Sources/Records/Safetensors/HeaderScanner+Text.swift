extension HeaderScanner {
  /// Reads a string in quotes.
  mutating func string() throws -> String {
    try expect("\"")
    let start = position
    var text: [UInt8] = []
    while let byte = take() {
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw fault("a name or text that is not UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw fault("a control character in a text", at: position - 1)
      default: text.append(byte)
      }
    }
    throw fault("a text without an end", at: start - 1)
  }

  private mutating func escape(into text: inout [UInt8]) throws {
    let start = position - 1
    switch take() {
    case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard take() == UInt8(ascii: "\\"), take() == UInt8(ascii: "u") else {
          throw fault("half of a surrogate pair", at: start)
        }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else {
          throw fault("half of a surrogate pair", at: start)
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw fault("half of a surrogate pair", at: start)
      }
      text.append(contentsOf: String(scalar).utf8)
    default: throw fault("an escape that JSON does not have", at: start)
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = take(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("no four hexadecimal digits")
      }
      code = code << 4 | UInt32(digit)
    }
    return code
  }
}
