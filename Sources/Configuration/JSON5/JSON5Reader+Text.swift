extension JSON5Reader {
  /// Reads a text in single or double quotes.
  mutating func text() throws(ConfigurationError) -> String {
    let start = cursor.position
    let quote = cursor.current
    cursor.advance()
    var text = ""
    while let next = cursor.current {
      if next == quote {
        cursor.advance()
        return text
      }
      if next == "\\" {
        try escape(into: &text)
      } else if next == "\n" || next == "\r" {
        throw fault(
          "a text that does not end on its line",
          hint: "close it with \(quote == "'" ? "'" : "\""), or write \\n", at: start)
      } else {
        text.unicodeScalars.append(next)
        cursor.advance()
      }
    }
    throw fault(
      "a text without an end", hint: "close it with \(quote == "'" ? "'" : "\"")", at: start)
  }

  private mutating func escape(into text: inout String) throws(ConfigurationError) {
    let place = cursor.position
    cursor.advance()
    guard let letter = cursor.current else { return }
    cursor.advance()
    switch letter {
    case "b": text.unicodeScalars.append("\u{8}")
    case "f": text.unicodeScalars.append("\u{C}")
    case "n": text.unicodeScalars.append("\n")
    case "r": text.unicodeScalars.append("\r")
    case "t": text.unicodeScalars.append("\t")
    case "v": text.unicodeScalars.append("\u{B}")
    case "0" where cursor.current?.isDigit != true: text.unicodeScalars.append("\0")
    case "x": text.unicodeScalars.append(Unicode.Scalar(UInt8(try digits(2, at: place))))
    case "u": text.unicodeScalars.append(try escapedScalar(at: place))
    case "\r": _ = cursor.skip("\n")
    case let end where end.endsLine: break
    case let digit where digit.isDigit:
      throw fault("'\\\(digit)' is no escape", hint: "write \\x and two digits", at: place)
    default: text.unicodeScalars.append(letter)
    }
  }

  /// Reads the digits after `\u`, and the second escape of a surrogate pair.
  mutating func escapedScalar(at place: Position) throws(ConfigurationError) -> Unicode.Scalar {
    var code = try digits(4, at: place)
    if (0xD800..<0xDC00).contains(code), cursor.current == "\\", cursor.ahead(1) == "u" {
      cursor.advance()
      cursor.advance()
      let low = try digits(4, at: place)
      if (0xDC00..<0xE000).contains(low) { code = 0x10000 + (code - 0xD800) << 10 + low - 0xDC00 }
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw fault(
        "half of a surrogate pair", hint: "write the character itself", at: place)
    }
    return scalar
  }

  private mutating func digits(_ count: Int, at place: Position) throws(ConfigurationError)
    -> UInt32
  {
    var code: UInt32 = 0
    for _ in 0..<count {
      guard let next = cursor.current, let digit = next.hexadecimalDigit else {
        throw fault(
          "an escape without its \(count) hexadecimal digits",
          hint: "write \(count == 2 ? "\\x41" : "\\u0041"), or \\\\ for a backslash", at: place)
      }
      code = code << 4 | digit
      cursor.advance()
    }
    return code
  }
}

extension Unicode.Scalar {
  /// The value of a hexadecimal digit, 0 to 15; nil for other characters.
  var hexadecimalDigit: UInt32? {
    switch self {
    case "0"..."9": value - 0x30
    case "a"..."f": value - 0x61 + 10
    case "A"..."F": value - 0x41 + 10
    default: nil
    }
  }
}
