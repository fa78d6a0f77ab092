/// A value to be written as JSON.
package indirect enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Written as null where it is not finite: JSON has no word for that.
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package let key: String
    package let value: JSON

    package init(_ key: String, _ value: JSON) { (self.key, self.value) = (key, value) }
  }

  /// An object whose members keep their order.
  package static func members(_ members: KeyValuePairs<String, JSON>) -> JSON {
    .object(members.map { Member($0.key, $0.value) })
  }

  /// An object with one more member.
  package func adding(_ key: String, _ value: JSON) -> JSON {
    guard case .object(let members) = self else { preconditionFailure("\(self) has no members") }
    return .object(members + [Member(key, value)])
  }

  /// An array with one element on each line, for people, `grep` and `diff`.
  package static func lines(_ elements: [JSON]) -> String {
    let lines = elements.map { "  \($0)" }.joined(separator: ",\n")
    return elements.isEmpty ? "[]" : "[\n\(lines)\n]"
  }

  package static func optional(_ number: Double?) -> JSON { number.map(JSON.number) ?? .null }
  package static func optional(_ number: Int?) -> JSON { number.map(JSON.integer) ?? .null }
}

extension JSON: CustomStringConvertible {
  package var description: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    // The fewest digits that read back as the same number.
    case .number(let number): number.isFinite ? number.description : "null"
    case .string(let text): Self.quote(text)
    case .array(let elements):
      "[" + elements.map(\.description).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quote($0.key)): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }

  /// `text` in quotation marks, with the escapes that JSON wants.
  package static func quote(_ text: String) -> String {
    let escaped = text.escaping { character in
      switch character {
      case "\"": "\\\""
      case "\\": "\\\\"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case "\0"..<" ", "\u{7F}": "\\u" + String(character.value, radix: 16).padded(to: 4)
      default: nil
      }
    }
    return "\"\(escaped)\""
  }
}
