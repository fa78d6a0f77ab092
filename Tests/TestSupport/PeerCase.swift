import Foundation
import Testing

/// A file for one of the readers, and what others read in it; see `Tests/Interop/peers`.
package struct PeerCase: Decodable {
  package let name: String
  package let content: [UInt8]
  /// What others read: one of these is what Implode must read, unless it differs for a reason.
  package let peers: [Reading]
  /// Why Implode is to read something else, or to refuse what others read.
  package let reason: String?
  /// Columns of an array, or bits of a number.
  package let size: Int

  /// A text for whatever a reader makes of a file; the same text on both sides.
  package enum Reading: Hashable, Decodable {
    case refused
    case text(String)
    case rows([[String]])

    package init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let rows = try? value.decode([[String]].self) {
        self = .rows(rows)
      } else {
        let text = try value.decode(String.self)
        self = text == "refused" ? .refused : .text(text)
      }
    }

    /// The numbers of a table, row after row, as their bits.
    package static func rows(_ values: [Double], width: Int) -> Reading {
      .rows(
        stride(from: 0, to: values.count, by: width).map { start in
          values[start..<start + width].map(PeerCase.bits)
        })
    }
  }

  package static func bits(_ value: Double) -> String {
    let digits = String(value.bitPattern, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private enum Key: String, CodingKey { case name, bytes, peer, differs, size }

  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    name = try fields.decode(String.self, forKey: .name)
    let digits = Array(try fields.decode(String.self, forKey: .bytes).utf8)
    content = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    peers =
      try (try? [fields.decode(Reading.self, forKey: .peer)])
      ?? fields.decode([Reading].self, forKey: .peer)
    reason = try fields.decodeIfPresent(String.self, forKey: .differs)
    size = try fields.decodeIfPresent(Int.self, forKey: .size) ?? 0
  }
}

extension PeerCase {
  /// Whether the peers can be asked: `make test-peers` says where Python has them.
  package static let python = ProcessInfo.processInfo.environment["IMPLODE_PYTHON_PEERS"]

  /// Compares what `read` makes of each case of a script with what others read, and prints how many
  /// agree and why the others do not.
  package static func compare(_ script: String, _ read: (PeerCase) throws -> Reading) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Interop/peers")
    let output = try Python.run(
      "import runpy, sys; sys.path.insert(0, sys.argv[1]); "
        + "runpy.run_path(f'{sys.argv[1]}/{sys.argv[2]}.py', run_name='__main__')",
      [folder.path, script], interpreter: python)
    let cases = try JSONDecoder().decode([PeerCase].self, from: Data(output.utf8))
    var (agreeing, reasons) = (0, [String: Int]())
    for row in cases {
      let ours = (try? read(row)) ?? .refused
      let agrees = row.peers.contains(ours)
      if agrees { agreeing += 1 } else { reasons[row.reason ?? "NO REASON", default: 0] += 1 }
      #expect(agrees || row.reason != nil, "\(script): \(row.name): \(ours), others \(row.peers)")
      #expect(!agrees || row.reason == nil, "\(script): \(row.name): agrees, which it should not")
    }
    #expect(!cases.isEmpty)
    print("\(script): \(agreeing) of \(cases.count) cases agree")
    for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
      print("\(script): \(count) differ: \(reason)")
    }
  }
}
