package import Text

/// A type of value that a key can have.
package protocol ConfigurationValue: SendableMetatype, Sendable {
  /// The name of one value in messages, as in "a whole number".
  static var noun: String { get }
  /// The name of several values, as in "whole numbers".
  static var plural: String { get }
  /// All values, if there are few; otherwise empty.
  static var choices: [String] { get }
  /// The JSON schema of its values, an object.
  static var schema: JSON { get }
  /// Whether `123` on a command line can be a text.
  static var isText: Bool { get }
  /// The value as JSON. Reading it as JSON5 gives the same value.
  var literal: String { get }

  init(_ node: Node) throws(Mismatch)
}

extension ConfigurationValue {
  package static var choices: [String] { [] }
  package static var isText: Bool { false }
  package static var schema: JSON { .object([]) }

  /// The schema of a type that JSON has.
  static func schema(of type: String) -> JSON { .members(["type": .string(type)]) }
}

/// The reason why a key cannot have a value.
package struct Mismatch: Error, Hashable {
  /// What is wrong, as in "1.5 is not a whole number".
  package let what: String
  package let hint: String
  package let position: Position
  /// The path from the key to the value, as in `[2]`.
  package var path = ""

  package init(what: String, hint: String, position: Position) {
    (self.what, self.hint, self.position) = (what, hint, position)
  }

  /// The error for a value of the wrong type.
  package static func type(_ node: Node, _ noun: String) -> Mismatch {
    if case .null = node.value {
      return Mismatch(
        what: "null is not \(noun)", hint: "leave the key out to get its default",
        position: node.position)
    }
    return Mismatch(
      what: "\(node.shown) is not \(noun)", hint: hint(node, noun), position: node.position)
  }

  private static func hint(_ node: Node, _ noun: String) -> String {
    guard case .text(let text) = node.value, !node.isBare, Node.bare(text) != nil else {
      return "write \(noun)"
    }
    return "write \(Excerpt.of(text)) without quotes"
  }
}

extension Node {
  /// The value that `text` would be without quotes; nil if it is no number or word of JSON5.
  static func bare(_ text: String) -> Node? {
    guard let node = try? JSON5Reader.read(Array(text.utf8), path: "") else { return nil }
    if case .text = node.value { return nil }
    return node
  }
}

extension Bool: ConfigurationValue {
  package static var noun: String { "true or false" }
  package static var schema: JSON { schema(of: "boolean") }
  package static var plural: String { "Boolean values" }
  package var literal: String { description }

  package init(_ node: Node) throws(Mismatch) {
    guard case .truth(let truth) = node.value else { throw .type(node, Self.noun) }
    self = truth
  }
}

extension String: ConfigurationValue {
  package static var noun: String { "a text in quotes" }
  package static var schema: JSON { schema(of: "string") }
  package static var plural: String { "texts" }
  package static var isText: Bool { true }

  package init(_ node: Node) throws(Mismatch) {
    guard case .text(let text) = node.value else { throw .type(node, Self.noun) }
    self = text
  }

  /// The text in double quotes, with escapes of JSON only.
  package var literal: String {
    var quoted = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        quoted += "\\u" + String(scalar.value, radix: 16).padded(to: 4)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// A value that is one of several named cases.
package protocol ConfigurationChoice: ConfigurationValue, CaseIterable {
  /// The name of the case in a configuration.
  var choiceName: String { get }
}

extension ConfigurationChoice where Self: RawRepresentable, RawValue == String {
  package var choiceName: String { rawValue }
}

extension ConfigurationChoice {
  package static var noun: String { "one of \(choices.joined(separator: ", "))" }
  package static var plural: String { "words out of \(choices.joined(separator: ", "))" }
  package static var choices: [String] { allCases.map(\.choiceName) }
  package static var schema: JSON { .members(["enum": .array(choices.map(JSON.string))]) }
  package static var isText: Bool { true }
  package var literal: String { choiceName.literal }

  package init(_ node: Node) throws(Mismatch) {
    guard case .text(let text) = node.value else { throw .type(node, Self.noun) }
    guard let choice = Self.allCases.first(where: { $0.choiceName == text }) else {
      throw Mismatch(
        what: "\(node.shown) is not \(Self.noun)",
        hint: Suggestion.hint(for: text, among: Self.choices) ?? "choose one of them",
        position: node.position)
    }
    self = choice
  }
}
