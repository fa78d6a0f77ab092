import Foundation
import Testing
import Text
@testable import implode

/// JSON, tables, and what a terminal is told.
@Suite struct OutputTests {
  @Test(
    "strings survive JSON",
    arguments: [
      "", "plain", "\"\\/", "a\nb\r\t", "\u{0}\u{1}\u{1F}\u{7F}", "é ü × 漢字 🧨", "\u{2028}",
      "e\u{301}", "</script>",
    ])
  func strings(_ text: String) throws {
    let json = JSON.array([.string(text)]).description
    #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
    let read = try JSONDecoder().decode([String].self, from: Data(json.utf8))
    #expect(read.first.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
  }

  @Test(
    "numbers survive JSON",
    arguments: [
      0, -0.5, 1, 1e-300, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .pi, 1_234_567.125,
      1e16,
    ])
  func numbers(_ number: Double) throws {
    let json = JSON.array([.number(number)]).description
    #expect(try JSONDecoder().decode([Double].self, from: Data(json.utf8)) == [number])
  }

  @Test("numbers that are not finite are null")
  func nonfinite() {
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(JSON.number(number).description == "null")
    }
    #expect(JSON.optional(Double?.none) == .null)
    #expect(JSON.optional(3) == .integer(3))
  }

  @Test("values nest, members keep their order")
  func nesting() {
    let value = JSON.members(["b": .bool(true), "a": .array([.null, .integer(-2)])])
    #expect(value.description == #"{"b": true, "a": [null, -2]}"#)
    #expect(value.adding("c", .string("x")).description.hasSuffix(#", "c": "x"}"#))
    #expect(JSON.lines([]) == "[]")
    #expect(JSON.lines([.null, value]).split(separator: "\n").count == 4)
  }

  @Test("columns are aligned; a narrow terminal gets one row below the other")
  func table() {
    var table = TextTable([.text("name"), .number("count"), .text("note")])
    table.append(["a", "1", "short"])
    table.append(["longer", "1,000", "x"])
    #expect(
      table.text(width: 80) == """
        name    count  note
        a           1  short
        longer  1,000  x
        """)
    #expect(
      table.text(width: 19) == """
        a
          count: 1
          note: short
        longer
          count: 1,000
          note: x
        """)
  }

  @Test("colors and redrawn lines are for terminals that want them")
  func terminal() {
    func terminal(
      _ columns: Int?, shown: Bool = true, _ environment: [String: String] = [:],
      refused: Bool = false
    ) -> Terminal {
      Terminal(
        columns: columns, showsMessages: shown, environment: { environment[$0] },
        refusesColors: refused)
    }
    #expect(terminal(120).hasColors && terminal(120).canRedraw)
    #expect(!terminal(120, ["NO_COLOR": "1"]).hasColors)
    #expect(terminal(120, ["NO_COLOR": "1"]).canRedraw)
    #expect(terminal(120, ["NO_COLOR": ""]).hasColors)
    #expect(!terminal(120, refused: true).hasColors)
    #expect(
      !terminal(120, ["TERM": "dumb"]).hasColors && !terminal(120, ["TERM": "dumb"]).canRedraw)
    #expect(!terminal(nil, shown: false).hasColors)
    #expect(terminal(nil).width == 80 && terminal(nil).tableWidth == .max)
    #expect(terminal(200).width == 100 && terminal(200).tableWidth == 200)
    #expect(terminal(5).width == 20)
    #expect(terminal(120, ["COLUMNS": "60"]).tableWidth == 60)
    #expect(terminal(120, ["COLUMNS": "wide"]).tableWidth == 120)
  }
}
