/// A JSON5 value with its position in the text.
package struct Node: Hashable, Sendable {
  package let value: Value
  package let position: Position
  /// The number as it was written.
  var spelling = ""
  /// Whether a text had no quotation marks, as on a command line or in the environment.
  var isBare = false

  package enum Value: Hashable, Sendable {
    case object([Member])
    case array([Node])
    /// From -2^63 to 2^64 - 1, without rounding.
    case integer(Int128)
    /// Always finite.
    case number(Double)
    case text(String)
    case truth(Bool)
    case null
  }

  /// One `name: node` of an object.
  package struct Member: Hashable, Sendable {
    package let name: String
    /// The position of the name.
    package let position: Position
    package let node: Node
  }

  /// The value as a message shows it.
  package var shown: String {
    switch value {
    case .object: "{…}"
    case .array: "[…]"
    case .integer, .number: Excerpt.of(spelling)
    case .text(let text): isBare ? "'\(Excerpt.of(text))'" : "\"\(Excerpt.of(text))\""
    case .truth(let truth): "\(truth)"
    case .null: "null"
    }
  }
}

/// A line and a column, both counted from 1. A column is a Unicode scalar.
package struct Position: Hashable, Sendable, CustomStringConvertible {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

  static let start = Position(line: 1, column: 1)

  package var description: String { "\(line):\(column)" }
}

/// Text from a file or a user, made safe for a message: one line, shortened.
enum Excerpt {
  private static let longest = 40

  static func of(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(longest) { shown += character(scalar) }
    return text.unicodeScalars.count > longest ? shown + "…" : shown
  }

  static func character(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      "<\(String(scalar.value, radix: 16, uppercase: true))>"
    default: String(scalar)
    }
  }
}
