import Records
import TestSupport
import Testing

/// Safetensors beside what the package safetensors of Python reads in the same bytes.
@Suite(.enabled(if: PeerCase.python != nil)) struct PeerRecordTests {
  @Test("random changes of headers: nothing is read that the package refuses, nothing as another")
  func headers() throws {
    try PeerCase.compare("peer_safetensors") { row in
      let file = try SafetensorsFile(row.content, path: "peer")
      let tensors = file.tensors.map { tensor in
        let bytes = tensor.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let name = tensor.name.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(name) \(tensor.shape.map(String.init).joined(separator: ",")) \(bytes)"
      }
      return .text(tensors.sorted().joined(separator: ";"))
    }
  }
}
