import CText
import Testing

@testable import Datasets

/// Numbers in text, against what the C++ library makes of the same characters.
@Suite struct NumberTests {
  static let verdicts: [(text: String, verdict: ct_verdict, value: Float)] = [
    ("1", ct_number, 1), ("-1.5", ct_number, -1.5), ("+1", ct_number, 1), (".5", ct_number, 0.5),
    ("5.", ct_number, 5), ("1.e5", ct_number, 1e5), ("1E5", ct_number, 1e5),
    ("1e+5", ct_number, 1e5), ("007", ct_number, 7), ("-0", ct_number, -0.0),
    ("0e99999", ct_number, 0), ("16777217", ct_number, 16_777_216),
    ("16777219", ct_number, 16_777_220), ("3.4028235e38", ct_number, .greatestFiniteMagnitude),
    ("1.17549435e-38", ct_number, .leastNormalMagnitude),
    ("1e-45", ct_number, .leastNonzeroMagnitude),
    ("0.000000000000000000000000000000012345678901234567", ct_number, 1.2345679e-32),
    ("12345678901234567890123", ct_number, 1.2345679e22),
    ("", ct_empty, 0), ("-", ct_not_a_number, 0), ("+", ct_not_a_number, 0),
    ("+-1", ct_not_a_number, 0), ("--1", ct_not_a_number, 0), (".", ct_not_a_number, 0),
    ("0x10", ct_not_a_number, 0), ("1,5", ct_not_a_number, 0), ("1_0", ct_not_a_number, 0),
    ("1d5", ct_not_a_number, 0), ("1e", ct_not_a_number, 0), ("1e+", ct_not_a_number, 0),
    ("1 ", ct_not_a_number, 0), (" 1", ct_not_a_number, 0), ("e5", ct_not_a_number, 0),
    ("nan", ct_not_finite, 0), ("NaN(1)", ct_not_finite, 0), ("inf", ct_not_finite, 0),
    ("-Infinity", ct_not_finite, 0), ("1e39", ct_overflow, 0), ("-1e400", ct_overflow, 0),
    ("1e999999999999", ct_overflow, 0), ("3.4028236e38", ct_overflow, 0),
    ("1e-50", ct_underflow, 0), ("1e-400", ct_underflow, 0), ("-1e-999999999999", ct_underflow, 0),
    ("0.0000000000000000000000000000000000000000000000000001", ct_underflow, 0),
  ]

  @Test("a cell is a number, or the error says what it is", arguments: verdicts.indices)
  func cell(_ row: Int) {
    let (text, verdict, expected) = Self.verdicts[row]
    var value: Float = 0
    let bytes = Array(text.utf8CString)
    let found = bytes.withUnsafeBufferPointer { bytes -> ct_verdict in
      guard let first = bytes.baseAddress else { return ct_empty }
      return ct_read_float(first, first + (bytes.count - 1), &value)
    }
    #expect(found == verdict, "\(text)")
    if verdict == ct_number {
      #expect(value.bitPattern == expected.bitPattern, "\(text): \(value)")
      #expect(value == Float(text))
    }
  }

  /// Short and long digits, any exponent, and decimals right beside the ties between two floats.
  private static func decimals(_ count: Int) -> [String] {
    var generator = SystemRandomNumberGenerator()
    var texts: [String] = []
    for _ in 0..<count {
      let x = Float(bitPattern: UInt32.random(in: 0..<0x7F80_0000, using: &generator))
      let tie = (Double(x) + Double(x.nextUp)) / 2
      texts += [
        "\(x)", "\(Double(x) * 1.000000123)", "\(tie)", "\(tie.nextUp)", "-\(tie.nextDown)",
      ]
      let digits = String(UInt64.random(in: 0...UInt64.max, using: &generator))
      texts.append("\(digits.prefix(3)).\(digits.dropFirst(3))")
      texts.append("0.\(digits)e\(Int.random(in: -40...38, using: &generator))")
      texts.append("\(digits.prefix(Int.random(in: 1...20, using: &generator)))e-7")
    }
    texts.removeAll { (Float($0) ?? .infinity).isInfinite || Float($0) == 0 }
    return texts
  }

  @Test("both number parsers round alike")
  func plainRows() throws {
    let texts = Self.decimals(30_000)
    let file = TemporaryFile("x\n" + texts.joined(separator: "\n"))
    let floats = try TableReader<Float>().read(file).table
    let doubles = try TableReader<Double>().read(file).table
    #expect(floats.rows == texts.count && doubles.rows == texts.count)
    let wrong = texts.indices.filter {
      Float(texts[$0])?.bitPattern != floats[$0, 0].bitPattern
        || Double(texts[$0])?.bitPattern != doubles[$0, 0].bitPattern
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(3).map { (texts[$0], floats[$0, 0], doubles[$0, 0]) })")
  }

  @Test("numbers are written in the digits asked for", arguments: [0, 1, 6, 9, 17, 40])
  func formatting(_ digits: Int) {
    var text = [CChar](repeating: 0, count: 32)
    for value in [
      0.1, 1e-7, 16_777_216, -0.0, 1e300, .leastNonzeroMagnitude, .pi, -2.2250738585072014e-308,
    ] {
      let count = text.withUnsafeMutableBufferPointer { text -> Int in
        guard let start = text.baseAddress else { return 0 }
        return ct_format(start, value, Int32(digits)) - start
      }
      let written = String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
      if digits == 0 || digits >= 17 {
        #expect(Double(written) == value, "\(written)")
      } else {
        #expect(written.filter(\.isNumber).count <= digits + 4, "\(written)")
      }
    }
  }
}
