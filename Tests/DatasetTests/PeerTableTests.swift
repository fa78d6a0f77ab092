import CText
import Datasets
import TestSupport
import Testing
import Text

/// Numbers, CSV and arrays beside what others read in the same bytes.
@Suite(.enabled(if: PeerCase.python != nil)) struct PeerTableTests {
  @Test("decimals that are hard to round, beside exact fractions")
  func decimals() throws {
    try PeerCase.compare("peer_decimals") { row in
      row.size == 32 ? try read(Float.self, row) : try read(Double.self, row)
    }
  }

  /// A decimal as the only cell of a table, which the fast parser sees first.
  private func read<Value: TableValue>(
    _ type: Value.Type, _ row: PeerCase
  ) throws -> PeerCase.Reading {
    let text = Array("x\n".utf8) + row.content + Array("\n".utf8)
    let table = try TableReader<Value>().read(bytes: text, name: "peer").table
    return .text(PeerCase.bits(Double(table[0, 0])))
  }

  @Test("tables in the spellings of others, beside the module csv of Python")
  func csv() throws {
    try PeerCase.compare("peer_csv") { row in
      let table = try TableReader<Double>(columns: ["x", "y"])
        .read(bytes: row.content, name: "peer").table
      return .rows(Array(table.values), width: 2)
    }
  }

  @Test("the arrays of numpy's tests, and headers in many spellings, beside numpy")
  func arrays() throws {
    try PeerCase.compare("peer_npy") { row in
      let columns = (0..<row.size).map { "c\($0)" }
      let table = try TableReader<Double>(columns: columns)
        .read(bytes: row.content, name: "peer").table
      return .rows(Array(table.values), width: row.size)
    }
  }
}
