import Configuration
import Testing

/// What can be read as JSON5, and what cannot.
@Suite struct SyntaxTests {
  static func node(_ text: String) throws -> Node {
    try ConfigurationFile(Array(text.utf8), path: "c.json5").root
  }

  static let good: [(String, Node.Value)] = [
    ("// a\n/* b **/ 1 // c", .integer(1)), ("/**/1/**/", .integer(1)),
    ("\u{FEFF}1", .integer(1)), ("\u{A0}\u{2003}\u{B}\u{C}\u{2028}1\r\n", .integer(1)),
    ("0x10", .integer(16)), ("0XfF", .integer(255)), ("-0x10", .integer(-16)),
    ("+1", .integer(1)), ("-1", .integer(-1)), ("0", .integer(0)), ("-0", .number(-0.0)),
    (".5", .number(0.5)), ("5.", .number(5)), ("5.e1", .number(50)), ("-.5e-1", .number(-0.05)),
    ("1E+3", .number(1000)), ("1.0", .number(1)), ("1e-308", .number(1e-308)),
    ("0e999", .number(0)), ("0.0", .number(0)), ("4.9e-324", .number(.leastNonzeroMagnitude)),
    ("18446744073709551615", .integer(Int128(UInt64.max))),
    ("0xFFFFFFFFFFFFFFFF", .integer(Int128(UInt64.max))),
    ("-9223372036854775808", .integer(Int128(Int64.min))),
    ("18446744073709551616", .number(0x1p64)),
    ("9007199254740993", .integer(9_007_199_254_740_993)),
    ("'a\"b'", .text("a\"b")), (#""a'b""#, .text("a'b")), (#"'\x41\u0042\''"#, .text("AB'")),
    (#"'\b\f\n\r\t\v\0\/\q'"#, .text("\u{8}\u{C}\n\r\t\u{B}\0/q")),
    ("'a\\\nb\\\r\nc\\\rd\\\u{2028}e'", .text("abcde")), ("'\u{2028}'", .text("\u{2028}")),
    (#""\ud83d\ude00""#, .text("😀")), ("'é'", .text("é")), ("''", .text("")),
    ("true", .truth(true)), ("false", .truth(false)), ("null", .null),
    ("[]", .array([])), ("{}", .object([])), ("{/**/}", .object([])),
  ]

  @Test("is read", arguments: good)
  func accepted(text: String, value: Node.Value) throws {
    #expect(try Self.node(text).value == value)
    if value == .number(-0.0), case .number(let number) = try Self.node(text).value {
      #expect(number.sign == (text.hasPrefix("-") ? .minus : .plus))
    }
  }

  @Test("keys, commas and positions")
  func objects() throws {
    let text = "{\r\n  π: [1,\r 2,],\n\t'a b': {$_0\\u0061: 1,}, \"é\": 2, null: 3, ü: 4}"
    guard case .object(let members) = try Self.node(text).value else {
      Issue.record("no object")
      return
    }
    #expect(members.map(\.name) == ["π", "a b", "é", "null", "ü"])
    #expect(members.map(\.position.description) == ["2:3", "4:2", "4:26", "4:34", "4:43"])
    guard case .array(let nodes) = members[0].node.value,
      case .object(let inner) = members[1].node.value
    else {
      Issue.record("\(members)")
      return
    }
    #expect(nodes.map(\.position.description) == ["2:7", "3:2"])
    #expect(inner.map(\.name) == ["$_0a"])
  }

  static let bad: [(String, String)] = [
    ("", "1:1: there is no value"), ("  // x", "1:7: there is no value"),
    ("# x\n1", "1:1: '#' begins no comment"), ("{a: 1 # x\n}", "1:7: '#' begins no comment"),
    ("{\n /* x", "2:2: a comment without an end"), ("{a: 1 /*/ }", "1:7: a comment without an end"),
    ("{a: 'x", "1:5: a text without an end"),
    ("{a: 'x\n'}", "1:5: a text that does not end on its line"),
    ("{a: \"x\\", "1:5: a text without an end"),
    ("{a: 1 b: 2}", "1:7: ',' or '}' is missing before 'b'"),
    ("{a: 1,\n b: [1 2]}", "2:8: ',' or ']' is missing before '2'"),
    ("{a: 1", "1:6: ',' or '}' is missing before the end of the file"),
    ("{a: 1,", "1:7: a key is missing before the end of the file"),
    ("[1,", "1:4: [1]: a value is missing before the end of the file"),
    ("{,}", "1:2: a key is missing before ','"), ("[,]", "1:2: [0]: a value is missing before ','"),
    ("{a: 1,, b: 2}", "1:7: a key is missing before ','"),
    ("{1: 2}", "1:2: a key is missing before '1'"),
    ("{batch-size: 1}", "1:7: ':' is missing after 'batch', before '-'"),
    ("{a.b: 1}", "1:3: ':' is missing after 'a', before '.'"),
    ("{a 1}", "1:4: ':' is missing after 'a', before '1'"),
    ("{a: }", "1:5: a: a value is missing before '}'"),
    ("{} {}", "1:4: '{' after the end"), ("1 1", "1:3: '1' after the end"),
    ("{a: 1}}", "1:7: '}' after the end"),
    ("{a: yes}", "1:5: a: 'yes' is no value"), ("{a: True}", "1:5: a: 'True' is no value"),
    ("{a: undefined}", "1:5: a: 'undefined' is no value"),
    ("{a: {b: [0, 01]}}", "1:13: a.b[1]: '01' is not a number"),
    ("-01", "1:1: '-01' is not a number"), ("00", "1:1: '00' is not a number"),
    ("1abc", "1:1: '1abc' is not a number"), ("1.2.3", "1:1: '1.2.3' is not a number"),
    (".", "1:1: '.' is not a number"), ("+", "1:1: '+' is not a number"),
    ("1e", "1:1: '1e' is not a number"), ("1e+", "1:1: '1e+' is not a number"),
    ("0x", "1:1: '0x' is not a number"), ("0x1g", "1:1: '0x1g' is not a number"),
    ("1_0", "1:1: '1_0' is not a number"), ("--1", "1:1: '-' is not a number"),
    ("-abc", "1:1: '-abc' is not a number"), ("5.x", "1:1: '5.x' is not a number"),
    ("{a: NaN}", "1:5: a: NaN is not a finite number"),
    ("{a: {b: -Infinity}}", "1:9: a.b: -Infinity is not a finite number"),
    ("+NaN", "1:1: +NaN is not a finite number"),
    ("Infinity", "1:1: Infinity is not a finite number"),
    ("{a: 1e400}", "1:5: a: 1e400 is not a finite number"),
    ("{a: -1e400}", "1:5: a: -1e400 is not a finite number"),
    ("{a: 1e-400}", "1:5: a: 1e-400 rounds to 0"),
    ("0x10000000000000000", "1:1: 0x10000000000000000 has more than 64 bits"),
    (#"{a: "\ud800"}"#, "1:6: half of a surrogate pair"),
    (#"{a: "\ud800\u0041"}"#, "1:6: half of a surrogate pair"),
    (#"{a: "\udc00"}"#, "1:6: half of a surrogate pair"),
    (#"'\1'"#, "1:2: '\\1' is no escape"), (#"'\01'"#, "1:2: '\\0' is no escape"),
    (#"'\x4'"#, "1:2: an escape without its 2 hexadecimal digits"),
    (#"'\u12'"#, "1:2: an escape without its 4 hexadecimal digits"),
    (#"{a\u0020: 1}"#, "1:3: ' ' cannot be in a key without quotes"),
    (#"{\q: 1}"#, "1:2: '\\' in a key without quotes"),
    (#"{a\: 1}"#, "1:3: '\\' in a key without quotes"),
    (#"{a\"#, "1:3: '\\' in a key without quotes"),
    (#"'\"#, "1:1: a text without an end"),
    ("{a: 1, b: 2,\n a: 3}", "2:2: 'a' is there twice, first at 1:2"),
    ("{a: {b: 1, \"b\": 1}}", "1:12: 'a.b' is there twice, first at 1:6"),
    (#"{a: 1, '\u0061': 1}"#, "1:8: 'a' is there twice, first at 1:2"),
    ("{a: 1\0}", "1:6: a NUL, which no text has"), ("{}\0", "1:3: a NUL, which no text has"),
    ("\u{FEFF}{\n\0", "2:1: a NUL, which no text has"),
    ("\u{1}", "1:1: a value is missing before '<1>'"),
    (String(repeating: "[", count: 600), "1:66: more than 64 levels"),
    (String(repeating: "{a:", count: 600), "1:196: more than 64 levels"),
    (String(repeating: "1", count: 401), "1:1: a number of 401 characters"),
  ]

  @Test("is refused", arguments: bad)
  func rejected(text: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) { try Self.node(text) }
    #expect(error?.message == "c.json5:" + message)
    #expect(error?.hint.isEmpty == false)
    #expect(error?.hint.contains("\n") == false)
  }

  @Test(
    "bytes that are not UTF-8 are refused with their position",
    arguments: [
      (
        [0xFF, 0xFE, 0x7B, 0, 0x7D, 0],
        "1:1: the text is UTF-16 or something else that is not UTF-8"
      ),
      (
        [0xFE, 0xFF, 0, 0x7B, 0, 0x7D],
        "1:1: the text is UTF-16 or something else that is not UTF-8"
      ),
      ([0x7B, 0, 0x7D, 0], "1:1: the text is UTF-16 or something else that is not UTF-8"),
      ([0, 0x7B, 0, 0x7D], "1:1: the text is UTF-16 or something else that is not UTF-8"),
      ([0x7B, 0x0A, 0x20, 0xFF, 0x7D], "2:2: a byte that is not UTF-8"),
      ([0x7B, 0xC3, 0xA9, 0xC3], "1:3: a byte that is not UTF-8"),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], "1:2: a byte that is not UTF-8"),
      ([0x22, 0xC0, 0x80, 0x22], "1:2: a byte that is not UTF-8"),
    ] as [([UInt8], String)])
  func encodings(bytes: [UInt8], message: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile(bytes, path: "c.json5")
    }
    #expect(error?.message == "c.json5:" + message)
  }

  @Test("64 levels and 1 MiB are enough, and no more is read")
  func limits() throws {
    let deep = String(repeating: "[", count: 64) + "1" + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try Self.node(deep) }
    let long = [UInt8](repeating: 0x20, count: (1 << 20) - 2) + Array("{}".utf8)
    #expect(throws: Never.self) { try ConfigurationFile(long, path: "x") }
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationFile(long + [0x20], path: "x")
    }
    #expect(error?.message == "x:1:1: 1048577 bytes are too many for a configuration")
  }
}
