import Text

/// Reads the tokens of strict JSON (RFC 8259) in a range of bytes.
///
/// Foundation's decoder accepts duplicate keys, and 1e0 as a whole number. The format forbids both.
struct HeaderScanner {
  private let bytes: [UInt8]
  private let end: Int
  private let path: String
  private(set) var position: Int

  /// Entries have three levels; fields of other programs may have more.
  private static let deepest = 32

  init(_ bytes: [UInt8], _ range: Range<Int>, path: String) {
    (self.bytes, position, end, self.path) = (bytes, range.lowerBound, range.upperBound, path)
  }

  func fault(_ what: String, at place: Int? = nil) -> Failure {
    Failure(in: path, "header, byte \(place ?? position): \(what)")
  }

  /// Skips white space and returns the next byte without consuming it.
  mutating func next() -> UInt8? {
    while position < end {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return bytes[position]
      }
    }
    return nil
  }

  /// Consumes the next byte, including white space.
  mutating func take() -> UInt8? {
    guard position < end else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// Steps over `character` if it is next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws {
    if !skip(character) { throw fault("'\(character)' is missing") }
  }

  /// Reads `open item, item, … close`.
  mutating func list(
    _ open: Unicode.Scalar, _ close: Unicode.Scalar,
    item: (inout HeaderScanner) throws -> Void
  ) throws {
    try expect(open)
    if skip(close) { return }
    repeat { try item(&self) } while skip(",")
    try expect(close)
  }

  /// Reads `{"name": …, "name": …}`. `item` reads the value after each colon.
  mutating func object(
    most: Int = .max, item: (inout HeaderScanner, String) throws -> Void
  ) throws {
    // By bytes: for Swift, é as one character and as two are equal.
    var names: Set<[UInt8]> = []
    try list("{", "}") { scanner in
      let place = scanner.position
      let name = try scanner.string()
      guard names.insert(Array(name.utf8)).inserted else {
        throw scanner.fault("'\(name)' is there twice", at: place)
      }
      if names.count > most { throw scanner.fault("more than \(most) names", at: place) }
      try scanner.expect(":")
      try item(&scanner, name)
    }
  }

  /// Reads a non-negative whole number without sign, fraction or exponent.
  mutating func natural() throws -> Int {
    _ = next()
    let start = position
    var value = 0
    while let digit = digit() {
      let (shifted, high) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = shifted.addingReportingOverflow(digit)
      if high || carry { throw fault("a number beyond 2^63 - 1", at: start) }
      value = sum
      position += 1
    }
    let isPlain = position == start + 1 || position > start && bytes[start] != UInt8(ascii: "0")
    // 8e0 and 2.0 are not accepted as whole numbers.
    guard isPlain, position < end, !"+-.eE".utf8.contains(bytes[position]) else {
      throw fault("no whole number", at: start)
    }
    return value
  }

  private func digit() -> Int? {
    guard position < end, (0x30...0x39).contains(bytes[position]) else { return nil }
    return Int(bytes[position] - 0x30)
  }

  /// Checks the syntax of a value and ignores its content.
  mutating func skipValue(depth: Int = 0) throws {
    if depth > Self.deepest { throw fault("more than \(Self.deepest) levels") }
    switch next() {
    case UInt8(ascii: "{"):
      try object { scanner, _ in
        try scanner.skipValue(depth: depth + 1)
      }
    case UInt8(ascii: "["):
      try list("[", "]") { scanner in
        try scanner.skipValue(depth: depth + 1)
      }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try skipWord("true")
    case UInt8(ascii: "f"): try skipWord("false")
    case UInt8(ascii: "n"): try skipWord("null")
    default: try skipNumber()
    }
  }

  mutating func skipWord(_ word: String) throws {
    _ = next()
    guard bytes[position..<end].starts(with: word.utf8) else { throw fault("no value of JSON") }
    position += word.utf8.count
  }

  private mutating func skipNumber() throws {
    let start = position
    func digits() -> Bool {
      let first = position
      while digit() != nil { position += 1 }
      return position > first
    }
    func skip(_ characters: String) -> Bool {
      guard position < end, characters.utf8.contains(bytes[position]) else { return false }
      position += 1
      return true
    }
    _ = skip("-")
    var isNumber = skip("0") || digits()
    if isNumber && skip(".") { isNumber = digits() }
    if isNumber && skip("eE") {
      _ = skip("+-")
      isNumber = digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard isNumber, let value = Double(text), value.isFinite else {
      throw fault("no value of JSON", at: start)
    }
  }
}
