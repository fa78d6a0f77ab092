/// Goes through the text once and copies it with changes.
struct SVGReader {
  private let bytes: [UInt8]
  private let prefix: [UInt8]
  private var place = 0
  private var output: [UInt8] = []

  init(bytes: [UInt8], prefix: String) {
    (self.bytes, self.prefix) = (bytes, Array(prefix.utf8))
  }

  /// Of the picture, by its `viewBox`.
  var size: (Int, Int) {
    let head = String(decoding: bytes.prefix(1000), as: UTF8.self)
    guard let start = head.firstRange(of: "viewBox=\"0 0 ")?.upperBound else { return (1, 1) }
    let numbers = head[start...].prefix { $0 != "\"" }.split(separator: " ").compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : (1, 1)
  }

  /// What is between `<svg …>` and `</svg>`.
  mutating func rewritten() -> [UInt8] {
    output.reserveCapacity(bytes.count)
    skip(past: "<svg")
    skip(past: ">")
    while place < bytes.count, !isAt("</svg>") { step() }
    return output
  }

  private mutating func step() {
    switch bytes[place] {
    case UInt8(ascii: "<"): tag()
    case UInt8(ascii: "\t"), UInt8(ascii: "\n"): blank()
    case UInt8(ascii: " "): if !identifier() { copy() }
    case UInt8(ascii: "#"): reference()
    case UInt8(ascii: "r"): if !color() { copy() }
    case UInt8(ascii: "\""): if !word() { copy() }
    default: copy()
    }
  }

  private mutating func copy(_ count: Int = 1) {
    output += bytes[place..<min(place + count, bytes.count)]
    place += count
  }

  /// Titles would show up under the pointer, and the background is the page's.
  private mutating func tag() {
    if isAt("<title>") {
      skip(past: "</title>")
    } else if isAt("<desc>") {
      skip(past: "</desc>")
    } else if isAt("<rect x=\"0\" y=\"0\"") {
      skip(past: "/>")
    } else if isAt("<filter") {
      skip(past: "</filter>")
    } else if isAt("<g "), let end = endOfEmptyGroup {
      place = end
    } else {
      copy()
    }
  }

  /// Where a group ends that holds nothing: gnuplot writes many.
  private var endOfEmptyGroup: Int? {
    guard let close = bytes[place...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let rest = bytes[(close + 1)...].drop { $0 == 10 || $0 == 9 || $0 == 32 }
    return rest.starts(with: "</g>".utf8) ? rest.startIndex + 4 : nil
  }

  /// One line break for all blanks around it, none between tags.
  private mutating func blank() {
    place += 1
    if let last = output.last, last != UInt8(ascii: ">"), last != 10 { output.append(10) }
  }

  /// ` id='gpDot'` becomes ` id='name-gpDot'`.
  private mutating func identifier() -> Bool {
    if isAt("  ") {
      place += 1
      return true
    }
    guard isAt(" id=") else {
      if isAt(" font-family=\"sans-serif\"") {
        place += " font-family=\"sans-serif\"".utf8.count
        return true
      }
      return false
    }
    copy(5)
    output += prefix
    return true
  }

  /// `'#gpDot'` and `url(#gpDot)` become those of this picture; white is the paper.
  private mutating func reference() {
    if isAt("#FFFFFF") || isAt("#ffffff") {
      output += "var(--paper)".utf8
      place += 7
    } else {
      let isReference = output.last == UInt8(ascii: "(") || output.hasSuffix("href='")
      copy()
      if isReference { output += prefix }
    }
  }

  private mutating func word() -> Bool {
    guard isAt("\"black\"") else { return false }
    output += "\"var(--ink)\"".utf8
    place += 7
    return true
  }

  /// `rgb( 0, 114, 178)` becomes the name of that color, or `#0072b2`.
  private mutating func color() -> Bool {
    guard isAt("rgb("), let end = bytes[place...].prefix(24).firstIndex(of: UInt8(ascii: ")"))
    else { return false }
    let inner = String(decoding: bytes[(place + 4)..<end], as: UTF8.self)
    let parts = inner.split { $0 == "," || $0 == " " }.compactMap { Int($0) }
    guard parts.count == 3, parts.allSatisfy({ (0..<256).contains($0) }) else { return false }
    let name = Palette.name(red: parts[0], green: parts[1], blue: parts[2])
    output +=
      (name.map { "var(--\($0))" } ?? "#" + parts.map(Palette.byte).joined()).utf8
    place = end + 1
    return true
  }

  private func isAt(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard place + count <= bytes.count else { return false }
    for index in 0..<count where bytes[place + index] != text.utf8Start[index] { return false }
    return true
  }

  private mutating func skip(past text: StaticString) {
    while place < bytes.count && !isAt(text) { place += 1 }
    place = min(bytes.count, place + text.utf8CodeUnitCount)
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count >= length else { return false }
    return (0..<length).allSatisfy { self[count - length + $0] == text.utf8Start[$0] }
  }
}
