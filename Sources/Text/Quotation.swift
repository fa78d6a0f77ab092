/// Text from a file as a message may show it: in one line, short, and without control characters.
package enum Quotation {
  private static let longest = 40

  /// `'abc'`, with everything that is not printable escaped.
  package static func of(_ bytes: some Collection<UInt8>) -> String { "'\(bare(bytes))'" }

  /// As `of`, without the quotation marks.
  package static func bare(_ bytes: some Collection<UInt8>) -> String {
    var shown = ""
    for character in String(decoding: bytes.prefix(4 * longest), as: UTF8.self).unicodeScalars {
      if shown.count == longest { return shown + "…" }
      shown += escape(character) ?? String(character)
    }
    return bytes.count > 4 * longest ? shown + "…" : shown
  }

  /// All of a name, such as that of a file, on one line.
  package static func printable(_ name: String) -> String {
    name.escaping(escape)
  }

  private static func escape(_ character: Unicode.Scalar) -> String? {
    switch character.value {
    case 0x20..<0x7F, 0xA1...: nil
    case 0..<0x20, 0x7F:
      "\\x" + String(character.value, radix: 16, uppercase: true).padded(to: 2)
    default: "?"
    }
  }
}
