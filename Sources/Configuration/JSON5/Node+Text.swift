extension Node {
  /// The value as JSON5 that reads back as the same.
  package var text: String {
    switch value {
    case .object(let members):
      "{" + members.map { "\($0.name.literal): \($0.node.text)" }.joined(separator: ", ") + "}"
    case .array(let nodes): "[" + nodes.map(\.text).joined(separator: ", ") + "]"
    case .integer, .number: spelling
    case .text(let text): text.literal
    case .truth(let truth): truth ? "true" : "false"
    case .null: "null"
    }
  }
}
