/// The current place in a text, with its line and column.
struct TextCursor {
  let scalars: [Unicode.Scalar]
  private(set) var index = 0
  private var line = 1
  private var lineStart = 0

  init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  var position: Position { Position(line: line, column: index - lineStart + 1) }

  var current: Unicode.Scalar? { ahead(0) }

  func ahead(_ count: Int) -> Unicode.Scalar? {
    index + count < scalars.count ? scalars[index + count] : nil
  }

  mutating func advance() {
    let passed = scalars[index]
    index += 1
    // A line ends with LF, CR or both.
    if passed == "\n" || passed == "\r" && current != "\n" {
      line += 1
      lineStart = index
    }
  }

  /// Steps over `scalar` if it is next.
  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    advance()
    return true
  }

  /// The text from `start` to the current place.
  func text(from start: Int) -> String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars[start..<index])
    return text
  }
}

extension Unicode.Scalar {
  /// Whether the character is a line terminator of JSON5.
  var endsLine: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }

  /// Whether the character is white space of JSON5.
  var isSpace: Bool {
    switch self {
    case " ", "\t", "\n", "\r", "\u{B}", "\u{C}", "\u{A0}", "\u{FEFF}", "\u{2028}", "\u{2029}": true
    default: !isASCII && properties.generalCategory == .spaceSeparator
    }
  }

  /// Whether a key without quotes may begin with the character.
  var startsName: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .letterNumber:
      true
    default: self == "$" || self == "_"
    }
  }

  /// Whether a key without quotes may contain the character after its first.
  var continuesName: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: true
    default: startsName || self == "\u{200C}" || self == "\u{200D}"
    }
  }

  var isDigit: Bool { ("0"..."9").contains(self) }
}
