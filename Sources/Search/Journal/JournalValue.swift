import Text

/// A value in a line of a journal: JSON as Python writes it, which has NaN and infinities.
package indirect enum JournalValue: Hashable, Sendable {
  case null
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case array([JournalValue])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JournalValue
  }

  /// An object whose members keep their order.
  package static func members(_ members: KeyValuePairs<String, JournalValue>) -> JournalValue {
    .object(members.map { Member(name: $0.key, value: $0.value) })
  }

  package static func optional(_ text: String?) -> JournalValue { text.map { .text($0) } ?? .null }

  /// A member of an object; nil where it has none of this name.
  package subscript(_ name: String) -> JournalValue? {
    members.first { $0.name == name }?.value
  }

  package var members: [Member] {
    if case .object(let members) = self { members } else { [] }
  }

  package var elements: [JournalValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  package var string: String? {
    if case .text(let text) = self { text } else { nil }
  }

  /// A number, of which Python makes no difference whether it is whole.
  package var double: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }

  package var int: Int? {
    switch self {
    case .integer(let number): number
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }

  /// Whether Python takes both for the same: 1, 1.0 and True are.
  package func isSame(as other: JournalValue) -> Bool {
    func number(_ value: JournalValue) -> Double? {
      if case .truth(let truth) = value { truth ? 1 : 0 } else { value.double }
    }
    guard let a = number(self), let b = number(other) else { return self == other }
    return a == b || a.isNaN && b.isNaN
  }

  /// One line, byte for byte what Python's `json.dumps` writes: with blanks behind commas and
  /// colons, or without.
  package func line(blanks: Bool = false) -> String {
    let (comma, colon) = blanks ? (", ", ": ") : (",", ":")
    return switch self {
    case .null: "null"
    case .truth(let truth): truth ? "true" : "false"
    case .integer(let number): "\(number)"
    case .number(let number): Self.word(number)
    case .text(let text): Self.quote(text)
    case .array(let elements):
      "[" + elements.map { $0.line(blanks: blanks) }.joined(separator: comma) + "]"
    case .object(let members):
      "{"
        + members.map { Self.quote($0.name) + colon + $0.value.line(blanks: blanks) }
        .joined(separator: comma) + "}"
    }
  }

  private static func word(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    return number.isFinite ? number.description : number < 0 ? "-Infinity" : "Infinity"
  }

  /// In quotation marks, and in ASCII.
  private static func quote(_ text: String) -> String {
    var quoted = "\""
    for unit in text.utf16 {
      switch unit {
      case 0x22: quoted += "\\\""
      case 0x5C: quoted += "\\\\"
      case 0x08: quoted += "\\b"
      case 0x09: quoted += "\\t"
      case 0x0A: quoted += "\\n"
      case 0x0C: quoted += "\\f"
      case 0x0D: quoted += "\\r"
      case 0x20..<0x7F: quoted.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
      default: quoted += "\\u" + String(unit, radix: 16).padded(to: 4)
      }
    }
    return quoted + "\""
  }
}
