/// Whole numbers as people write them: `200000`, `200_000`, `2e5`, `1.5e3`.
enum WholeNumber {
  /// The sign and digits of a whole number; nil for any other text.
  static func digits(of text: String) -> String? {
    let sign = text.hasPrefix("-") ? "-" : ""
    let body = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    let parts = body.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    guard parts.count <= 2 else { return nil }
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard mantissa.count <= 2, let whole = plain(mantissa[0]) else { return nil }
    if parts.count == 1 { return mantissa.count == 1 ? sign + whole : nil }
    guard let power = exponent(parts[1]) else { return nil }
    let fraction = mantissa.count == 2 ? plain(mantissa[1]) : ""
    guard let fraction else { return nil }
    let significant = fraction.reversed().drop { $0 == "0" }.count
    guard significant <= power else { return nil }
    return sign + whole + fraction.prefix(significant)
      + String(repeating: "0", count: power - significant)
  }

  /// Digits without the underscores between them.
  private static func plain(_ text: Substring) -> String? {
    let groups = text.split(separator: "_", omittingEmptySubsequences: false)
    let areDigits = groups.allSatisfy { group in
      !group.isEmpty && group.unicodeScalars.allSatisfy { ("0"..."9").contains($0) }
    }
    return areDigits ? groups.joined() : nil
  }

  /// A power of ten that is not negative, and not so large that its digits would fill memory.
  private static func exponent(_ text: Substring) -> Int? {
    let digits = text.hasPrefix("+") ? text.dropFirst() : text
    guard let number = plain(digits).flatMap({ Int($0) }), number <= 100 else { return nil }
    return number
  }
}
