import Text

/// What a key can hold.
package protocol ConfigurationValue: SendableMetatype, Sendable {
  /// What one value is called, as in "a whole number".
  static var noun: String { get }
  /// What several are called, as in "whole numbers".
  static var plural: String { get }
  /// All values, where they are few.
  static var choices: [String] { get }
  /// Whether a command line means a text by `123`, too.
  static var isText: Bool { get }
  /// The value as JSON, which is JSON5 as well; reads back as the same value.
  var literal: String { get }

  init(_ node: Node) throws(Mismatch)
}

extension ConfigurationValue {
  package static var choices: [String] { [] }
  package static var isText: Bool { false }
}

/// Why a value cannot be that of a key.
package struct Mismatch: Error, Hashable {
  /// As in "1.5 is not a whole number".
  package let what: String
  package let hint: String
  package let position: Position
  /// What leads from the key to the value, as in `[2]`.
  package var path = ""

  package init(what: String, hint: String, position: Position) {
    (self.what, self.hint, self.position) = (what, hint, position)
  }

  /// `node` is of another type than wanted.
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
  /// What `text` says where there are no quotes around it; nil if it is no number or word of JSON5.
  static func bare(_ text: String) -> Node? {
    guard let node = try? JSON5Reader.read(Array(text.utf8), path: "") else { return nil }
    if case .text = node.value { return nil }
    return node
  }
}

extension Bool: ConfigurationValue {
  package static var noun: String { "true or false" }
  package static var plural: String { "Boolean values" }
  package var literal: String { description }

  package init(_ node: Node) throws(Mismatch) {
    guard case .truth(let truth) = node.value else { throw .type(node, Self.noun) }
    self = truth
  }
}

extension String: ConfigurationValue {
  package static var noun: String { "a text in quotes" }
  package static var plural: String { "texts" }
  package static var isText: Bool { true }

  package init(_ node: Node) throws(Mismatch) {
    guard case .text(let text) = node.value else { throw .type(node, Self.noun) }
    self = text
  }

  /// In double quotes, with only escapes that JSON knows.
  package var literal: String {
    var quoted = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\u{0}"..<"\u{20}", "\u{7F}"..<"\u{A0}", "\u{2028}", "\u{2029}", "\u{FEFF}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// A value with a name for each of its cases.
package protocol ConfigurationChoice: ConfigurationValue, CaseIterable {
  /// As a configuration has it.
  var choiceName: String { get }
}

extension ConfigurationChoice where Self: RawRepresentable, RawValue == String {
  package var choiceName: String { rawValue }
}

extension ConfigurationChoice {
  package static var noun: String { "one of \(choices.joined(separator: ", "))" }
  package static var plural: String { "words out of \(choices.joined(separator: ", "))" }
  package static var choices: [String] { allCases.map(\.choiceName) }
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
