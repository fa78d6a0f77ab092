extension JSON5Reader {
  /// The most characters of a number; no number needs as many.
  private static let longestNumber = 400

  mutating func number() throws(ConfigurationError) -> Node {
    let (start, index) = (cursor.position, cursor.index)
    let isNegative = cursor.current == "-"
    if isNegative || cursor.current == "+" { cursor.advance() }
    if let next = cursor.current, next.startsName {
      while let next = cursor.current, next.continuesName { cursor.advance() }
      let word = cursor.text(from: index)
      if word.hasSuffix("NaN") || word.hasSuffix("Infinity") { throw notFinite(word, at: start) }
      throw noNumber(word, at: start)
    }
    let isHexadecimal = cursor.current == "0" && (cursor.ahead(1) == "x" || cursor.ahead(1) == "X")
    let digits = isHexadecimal ? hexadecimal() : decimal()
    // Takes all characters up to the next separator, so that 1abc, 1.2.3 and 01 are errors.
    while let next = cursor.current, next.continuesName || next == "." { cursor.advance() }
    let spelling = cursor.text(from: index)
    guard let digits, cursor.index == digits.end else { throw noNumber(spelling, at: start) }
    if cursor.index - index > Self.longestNumber {
      throw valueFault(
        "a number of \(cursor.index - index) characters", hint: "round it", at: start)
    }
    let value = try value(of: digits, isNegative, spelling, start)
    return Node(value: value, position: start, spelling: spelling)
  }

  /// The digits of a number, and the index after its last character.
  private struct Digits {
    var text: String
    var radix = 10
    var isWhole = true
    var end: Int
  }

  private mutating func hexadecimal() -> Digits? {
    // `start` is computed before the calls of `advance`, because Swift 6.3.1 without whole-module
    // optimization moves the second call after a read of `cursor.index` that follows it.
    let start = cursor.index + 2
    cursor.advance()
    cursor.advance()
    while cursor.current?.hexadecimalDigit != nil { cursor.advance() }
    if cursor.index == start { return nil }
    return Digits(text: cursor.text(from: start), radix: 16, end: cursor.index)
  }

  /// Reads `1`, `1.5`, `.5`, `5.` or `1e3`; nil without a digit or with a leading zero.
  private mutating func decimal() -> Digits? {
    let whole = run()
    if whole.count > 1 && whole.hasPrefix("0") { return nil }
    var (text, isWhole) = (whole.isEmpty ? "0" : whole, true)
    if cursor.skip(".") {
      let fraction = run()
      if whole.isEmpty && fraction.isEmpty { return nil }
      text += fraction.isEmpty ? "" : "." + fraction
      isWhole = false
    } else if whole.isEmpty {
      return nil
    }
    if cursor.current == "e" || cursor.current == "E" {
      cursor.advance()
      let sign = cursor.current == "-" ? "-" : ""
      if cursor.current == "-" || cursor.current == "+" { cursor.advance() }
      let exponent = run()
      if exponent.isEmpty { return nil }
      text += "e" + sign + exponent
      isWhole = false
    }
    return Digits(text: text, isWhole: isWhole, end: cursor.index)
  }

  private mutating func run() -> String {
    let start = cursor.index
    while cursor.current?.isDigit == true { cursor.advance() }
    return cursor.text(from: start)
  }

  private func value(
    of digits: Digits, _ isNegative: Bool, _ spelling: String, _ start: Position
  ) throws(ConfigurationError) -> Node.Value {
    if digits.isWhole, let size = UInt64(digits.text, radix: digits.radix) {
      let number = isNegative ? -Int128(size) : Int128(size)
      // An integer has no -0; it is read as a floating-point number.
      if number >= Int128(Int64.min) && !(isNegative && size == 0) { return .integer(number) }
    }
    if digits.radix == 16 {
      if digits.text.allSatisfy({ $0 == "0" }) { return .number(-0.0) }
      throw valueFault(
        "\(Excerpt.of(spelling)) has more than 64 bits", hint: "write it in decimal digits",
        at: start)
    }
    let number = Double((isNegative ? "-" : "") + digits.text) ?? .nan
    if !number.isFinite { throw notFinite(spelling, at: start) }
    let mantissa = digits.text.prefix { $0 != "e" }
    if number == 0 && mantissa.contains(where: { ("1"..."9").contains($0) }) {
      throw valueFault(
        "\(Excerpt.of(spelling)) rounds to 0", hint: "write 0 or a larger number",
        at: start)
    }
    return .number(number)
  }

  private func noNumber(_ spelling: String, at place: Position) -> ConfigurationError {
    let shown = Excerpt.of(spelling)
    let digits = spelling.drop { $0 == "+" || $0 == "-" }
    let hasZeros = digits.hasPrefix("0") && digits.dropFirst().first?.isNumber == true
    return valueFault(
      "'\(shown)' is not a number",
      hint: hasZeros
        ? "remove the zeros in front"
        : "write digits, as in 100, 0.5, 1e-3 or 0x1F; a text needs quotes",
      at: place)
  }

  func notFinite(_ spelling: String, at place: Position) -> ConfigurationError {
    valueFault(
      "\(Excerpt.of(spelling)) is not a finite number",
      hint: "write a number of at most \(Double.greatestFiniteMagnitude)", at: place)
  }
}
