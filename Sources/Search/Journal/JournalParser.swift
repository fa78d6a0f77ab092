/// Reads one line of a journal.
struct JournalParser {
  private let bytes: [UInt8]
  private var place = 0

  private static let deepest = 64

  /// The value that a text is; nil where it is no JSON of Python.
  static func read(_ bytes: some Sequence<UInt8>) -> JournalValue? {
    var parser = JournalParser(bytes: Array(bytes))
    guard let value = parser.value(depth: 0) else { return nil }
    parser.skipBlanks()
    return parser.place == parser.bytes.count ? value : nil
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard next == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func skip(word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    let isThere = word.withUTF8Buffer { bytes[place...].prefix(count).elementsEqual($0) }
    if isThere { place += count }
    return isThere
  }

  private mutating func value(depth: Int) -> JournalValue? {
    skipBlanks()
    guard depth < Self.deepest, let first = next else { return nil }
    switch first {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return text().map { .text($0) }
    default: return word() ?? number()
    }
  }

  private mutating func word() -> JournalValue? {
    if skip(word: "null") { return .null }
    if skip(word: "true") { return .truth(true) }
    if skip(word: "false") { return .truth(false) }
    if skip(word: "NaN") { return .number(.nan) }
    if skip(word: "Infinity") { return .number(.infinity) }
    return skip(word: "-Infinity") ? .number(-.infinity) : nil
  }

  private mutating func number() -> JournalValue? {
    let start = place
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if let whole = Int(text), !text.hasPrefix("+") { return .integer(whole) }
    return Double(text).map { .number($0) }
  }

  private mutating func array(depth: Int) -> JournalValue? {
    var elements: [JournalValue] = []
    _ = skip("[")
    if skip("]") { return .array([]) }
    while let element = value(depth: depth + 1) {
      elements.append(element)
      if skip("]") { return .array(elements) }
      guard skip(",") else { return nil }
    }
    return nil
  }

  private mutating func object(depth: Int) -> JournalValue? {
    var members: [JournalValue.Member] = []
    _ = skip("{")
    if skip("}") { return .object([]) }
    repeat {
      skipBlanks()
      guard next == UInt8(ascii: "\""), let name = text(), skip(":"),
        let value = value(depth: depth + 1)
      else { return nil }
      // Of two members of one name Python takes the last.
      members.removeAll { $0.name == name }
      members.append(JournalValue.Member(name: name, value: value))
      if skip("}") { return .object(members) }
    } while skip(",")
    return nil
  }

  /// A text in quotation marks, which begins here.
  private mutating func text() -> String? {
    place += 1
    var units: [UInt16] = []
    var plain = place
    func piece(to end: Int) -> [UInt16] {
      Array(String(decoding: bytes[plain..<end], as: UTF8.self).utf16)
    }
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        units += piece(to: place)
        place += 1
        return String(decoding: units, as: UTF16.self)
      case UInt8(ascii: "\\"):
        units += piece(to: place)
        guard let unit = escape() else { return nil }
        units.append(unit)
        plain = place
      case 0..<0x20: return nil
      default: place += 1
      }
    }
    return nil
  }

  private mutating func escape() -> UInt16? {
    place += 1
    guard let byte = next else { return nil }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt16(byte)
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"):
      let digits = bytes[place...].prefix(4)
      place += digits.count
      return digits.count == 4 ? UInt16(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    default: return nil
    }
  }
}
