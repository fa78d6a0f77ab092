package import Text

extension Array: ConfigurationValue where Element: ConfigurationValue {
  package static var noun: String { "a list of \(Element.plural)" }
  package static var schema: JSON {
    .members(["type": .string("array"), "items": Element.schema])
  }
  package static var plural: String { "lists of \(Element.plural)" }
  package static var choices: [String] { Element.choices }
  package var literal: String { "[\(map(\.literal).joined(separator: ", "))]" }

  package init(_ node: Node) throws(Mismatch) {
    guard case .array(let nodes) = node.value else {
      throw Mismatch(
        what: "\(node.shown) is not \(Self.noun)", hint: "write a list in brackets, as in [a, b]",
        position: node.position)
    }
    self = []
    reserveCapacity(nodes.count)
    for (index, node) in nodes.enumerated() {
      do { append(try Element(node)) } catch {
        var fault = error
        fault.path = "[\(index)]" + fault.path
        throw fault
      }
    }
  }
}

/// A value that may be absent, which is written as null.
extension Optional: ConfigurationValue where Wrapped: ConfigurationValue {
  package static var noun: String { "\(Wrapped.noun) or null" }
  package static var schema: JSON {
    .members(["anyOf": .array([Wrapped.schema, schema(of: "null")])])
  }
  package static var plural: String { Wrapped.plural }
  package static var choices: [String] { Wrapped.choices }
  package static var isText: Bool { Wrapped.isText }
  package var literal: String { self?.literal ?? "null" }

  package init(_ node: Node) throws(Mismatch) {
    if case .null = node.value { self = nil } else { self = try Wrapped(node) }
  }
}
