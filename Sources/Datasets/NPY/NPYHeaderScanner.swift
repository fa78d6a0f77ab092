import Text

/// Reads the text of a header, `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`.
///
/// The text is a Python dictionary with exactly these three keys, in any order.
struct NPYHeaderScanner {
  private let text: [UInt8]
  private let place: ArrayPlace
  private var position = 0
  private var element: NPYElement?
  private var isFortran: Bool?
  private var shape: [Int]?

  /// The limit of numpy.
  private static let mostDimensions = 64

  init(_ text: [UInt8], place: ArrayPlace) { (self.text, self.place) = (text, place) }

  mutating func header() throws(Failure) -> NPYHeader {
    try expect("{")
    while next != UInt8(ascii: "}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where element == nil: element = try readElement()
      case "fortran_order" where isFortran == nil: isFortran = try bool()
      case "shape" where shape == nil: shape = try tuple()
      default: throw malformed("key \(Quotation.of(key.utf8)) is unknown or there twice")
      }
      if next == .comma { position += 1 } else if next != UInt8(ascii: "}") { try expect(",") }
    }
    try expect("}")
    guard next == nil else { throw malformed("there is text after the closing brace") }
    guard let element, let isFortran, let shape else {
      throw malformed("it lacks one of 'descr', 'fortran_order' and 'shape'")
    }
    return NPYHeader(element, isFortran: isFortran, shape: shape)
  }

  /// Skips blanks and returns the next byte; nil at the end.
  private var next: UInt8? {
    mutating get {
      while position < text.count, text[position] == .space || text[position] == .lineFeed {
        position += 1
      }
      return position < text.count ? text[position] : nil
    }
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    guard next == UInt8(ascii: character) else {
      throw malformed("a '\(character)' is missing at byte \(position)")
    }
    position += 1
  }

  private mutating func string() throws(Failure) -> String {
    guard let quote = next, quote == .quote || quote == UInt8(ascii: "'") else {
      throw malformed("a string is missing at byte \(position)")
    }
    guard let end = text[(position + 1)...].firstIndex(of: quote) else {
      throw malformed("the string at byte \(position) does not end")
    }
    defer { position = end + 1 }
    return String(decoding: text[(position + 1)..<end], as: UTF8.self)
  }

  private mutating func bool() throws(Failure) -> Bool {
    _ = next
    for (word, value) in [("True", true), ("False", false)]
    where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw malformed("True or False is missing at byte \(position)")
  }

  private mutating func tuple() throws(Failure) -> [Int] {
    try expect("(")
    var dimensions: [Int] = []
    var hasComma = true
    while next != UInt8(ascii: ")") {
      guard hasComma else { throw malformed("a ',' is missing at byte \(position)") }
      dimensions.append(try dimension())
      hasComma = next == .comma
      if hasComma { position += 1 }
      guard dimensions.count <= Self.mostDimensions else {
        throw malformed("it has more than \(Self.mostDimensions) dimensions")
      }
    }
    position += 1
    // `(3)` is a number, `(3,)` a tuple.
    guard dimensions.count != 1 || hasComma else { throw malformed("the shape is no tuple") }
    return dimensions
  }

  private mutating func dimension() throws(Failure) -> Int {
    if next == UInt8(ascii: "-") { throw malformed("a dimension is negative") }
    let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty else { throw malformed("a number is missing at byte \(position)") }
    guard digits.count == 1 || digits.first != UInt8(ascii: "0") else {
      throw malformed("a number begins with 0 at byte \(position)")
    }
    position += digits.count
    // Python 2 wrote its long integers as 2L.
    if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
      throw malformed("a dimension is larger than 2^63")
    }
    return number
  }

  private mutating func readElement() throws(Failure) -> NPYElement {
    guard next != UInt8(ascii: "[") else { throw NPYRefusal.structured(place) }
    let name = try string()
    if name == NPYElement.float32.name { return .float32 }
    if name == NPYElement.float64.name { return .float64 }
    if name.hasPrefix("<U"), let characters = Int(name.dropFirst(2)), characters >= 0,
      characters < 1 << 30
    {
      return .text(characters)
    }
    throw NPYRefusal.error(name, place)
  }

  private func malformed(_ what: String) -> Failure {
    place.damaged("has a header that cannot be read: \(what)")
  }
}
