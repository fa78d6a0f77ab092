import Configuration
import TestSupport
import Testing

/// JSON5 beside what the packages json5 and pyjson5 of Python read in the same text.
@Suite(.enabled(if: PeerCase.python != nil)) struct PeerConfigurationTests {
  @Test("texts by the productions of the JSON5 specification")
  func texts() throws {
    try PeerCase.compare("peer_json5") { row in
      .text(spelling(try ConfigurationFile(row.content, path: "peer").root))
    }
  }

  private func spelling(_ node: Node) -> String {
    switch node.value {
    case .object(let members):
      "{" + members.map { "\(hex($0.name)):\(spelling($0.node))" }.joined(separator: ",") + "}"
    case .array(let nodes): "[" + nodes.map(spelling).joined(separator: ",") + "]"
    case .integer(let number): PeerCase.bits(Double(number))
    case .number(let number): PeerCase.bits(number)
    case .text(let text): hex(text)
    case .truth(let truth): "\(truth)"
    case .null: "null"
    }
  }

  private func hex(_ text: String) -> String {
    "'" + text.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
