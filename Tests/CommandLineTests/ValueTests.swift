import Testing
import Text
@testable import implode

/// What counts as a number, and what does not.
@Suite struct ValueTests {
  @Test(
    "texts that are not numbers, although Swift reads some of them",
    arguments: [
      "nan", "NaN", "-nan", "NaN(1)", "inf", "-inf", "infinity", "0x1p3", "0x10", "1e400", "-1e400",
      " 1", "1 ", "1,5", "1__0", "_1", "1_", "", "-", "+", ".", "e5", "1e", "1.2.3", "½", "١",
    ])
  func noNumbers(_ text: String) {
    #expect(throws: Failure.self) { try Double(argument: text) }
    #expect(throws: Failure.self) { try Int(argument: text) }
  }

  @Test(
    "these are",
    arguments: [
      ("0", 0), ("-0.5", -0.5), ("+1", 1), ("1e-3", 0.001), ("1E3", 1000), (".5", 0.5),
      ("1e-400", 0),
    ])
  func numbers(_ text: String, value: Double) throws {
    #expect(try Double(argument: text) == value)
  }

  @Test("whole numbers have a range")
  func integers() throws {
    #expect(try Int(argument: "-12") == -12)
    #expect(try Int(argument: "9223372036854775807") == .max)
    let error = try #require(throws: Failure.self) {
      try Int(argument: "9223372036854775808")
    }
    #expect(error.message == "'9223372036854775808' is not in range")
    for (text, value) in [
      ("1e3", 1000), ("1E+3", 1000), ("1.5e3", 1500), ("-2e2", -200), ("200_000", 200_000),
      ("1_0.50e1", 105), ("9223372036854775807e0", .max), ("0e99", 0),
    ] { #expect(try Int(argument: text) == value, "\(text)") }
    #expect(throws: Failure.self) { try Int(argument: "1e19") }
    for text in ["1.0", "1e-3", "1.55e1", "twelve", "1e3.0", "1e1e1", "e3", ".e3", "1e999"] {
      let error = try #require(throws: Failure.self) { try Int(argument: text) }
      #expect(error.message == "'\(text)' is not a whole number")
    }
  }

  @Test(
    "digits that count",
    arguments: [
      (1.0, 4, "1.000"), (9.999_96, 4, "10.00"), (0.000_099_999, 4, "0.0001000"),
      (0.009_999_9, 4, "0.01000"), (1.234e-9, 3, "1.23e-9"), (9.9999e9, 4, "1.000e10"),
      (-0.5, 2, "-0.50"), (0, 3, "0"), (34_758, 4, "34758"), (.nan, 3, "nan"),
    ])
  func significant(x: Double, digits: Int, text: String) {
    #expect(Numbers.significant(x, digits: digits) == text)
  }

  @Test("numbers as people read them")
  func formats() {
    let scientific: [(Double, String)] = [
      (0, "0"), (3.14e-6, "3.1e-6"), (9.96e-7, "1.0e-6"), (-2, "-2.0e0"), (12345, "1.2e4"),
      (.infinity, "inf"),
    ]
    for (x, text) in scientific { #expect(Numbers.scientific(x) == text) }
    let fixed: [(Double, Int, String)] = [
      (0.96, 1, "1.0"), (-0.04, 1, "0.0"), (-1.25, 2, "-1.25"), (7, 0, "7"), (1.005, 2, "1.00"),
      (2.05, 2, "2.05"),
    ]
    for (x, digits, text) in fixed { #expect(Numbers.fixed(x, digits: digits) == text) }
    let grouped = [0: "0", 999: "999", 1000: "1,000", -1_234_567: "-1,234,567"]
    for (x, text) in grouped { #expect(Numbers.grouped(x) == text) }
    let percent: [(Double, String)] = [
      (0, "0 %"), (1e-5, "<0.1 %"), (0.0123, "1.2 %"), (0.0996, "10 %"), (0.81, "81 %"),
      (1.2, "120 %"),
    ]
    for (x, text) in percent { #expect(Numbers.percent(x) == text) }
    #expect(Numbers.range(0.4...0.45) == "0.425")
    #expect(Numbers.range(0.41...1.23, times: 10) == "4.1 to 12")
    #expect(Numbers.memory(1 << 29) == "512 MiB")
    #expect(Numbers.memory(3 << 29) == "1.5 GiB")
  }
}
