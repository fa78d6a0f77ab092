import Glibc

/// Numbers formatted for people.
package enum Numbers {
  /// Two significant digits, as in `3.1e-6`.
  package static func scientific(_ x: Double) -> String {
    guard x.isFinite, x != 0 else { return x == 0 ? "0" : word(x) }
    var exponent = Int(log10(abs(x)).rounded(.down))
    var tenths = (x / pow(10, Double(exponent)) * 10).rounded()
    if abs(tenths) >= 100 { (tenths, exponent) = (tenths / 10, exponent + 1) }
    return "\(fixed(tenths / 10, digits: 1))e\(exponent)"
  }

  /// A fixed number of digits after the decimal point.
  package static func fixed(_ x: Double, digits: Int) -> String {
    let scale = pow(10, Double(digits))
    let scaled = (abs(x) * scale).rounded()
    guard x.isFinite, scaled < 1e15 else { return word(x) }
    let whole = Int(scaled) / Int(scale)
    let sign = x < 0 && scaled > 0 ? "-" : ""
    if digits == 0 { return "\(sign)\(whole)" }
    return "\(sign)\(whole)." + String(Int(scaled) % Int(scale)).padded(to: digits)
  }

  /// nan, without its sign.
  private static func word(_ x: Double) -> String { x.isNaN ? "nan" : "\(x)" }

  /// `0.01234`, `1.234e-05`: a number of significant digits.
  package static func significant(_ x: Double, digits: Int) -> String {
    guard x.isFinite, x != 0 else { return x == 0 ? "0" : word(x) }
    var decade = 0
    var size = abs(x)
    while size >= 10 { (size, decade) = (size / 10, decade + 1) }
    while size < 1 { (size, decade) = (size * 10, decade - 1) }
    // 9.9999 with four digits is 10.00, which has a digit too many.
    let most = pow(10, Double(digits - 1))
    if (size * most).rounded() >= 10 * most { (size, decade) = (size / 10, decade + 1) }
    if decade < -4 || decade >= max(digits, 6) {
      let mantissa = (x < 0 ? "-" : "") + fixed(size, digits: digits - 1)
      return mantissa + "e\(decade)"
    }
    return fixed(x, digits: max(0, digits - 1 - decade))
  }

  /// `0.41 to 1.2`; `0.413` where the ends of the range differ by less than a third.
  package static func range(_ range: ClosedRange<Double>, times factor: Double = 1) -> String {
    let (low, high) = (range.lowerBound * factor, range.upperBound * factor)
    return high * 3 < low * 4
      ? significant((low + high) / 2, digits: 3)
      : "\(significant(low, digits: 2)) to \(significant(high, digits: 2))"
  }

  /// Thousands separated, as in `1,234,567`.
  package static func grouped(_ x: Int) -> String {
    let digits = String(x.magnitude)
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return (x < 0 ? "-" : "") + result
  }

  /// A fraction in whole percent; in tenths if it is small.
  package static func percent(_ share: Double) -> String {
    guard share.isFinite else { return "\(share)" }
    if share > 0 && share < 0.0005 { return "<0.1 %" }
    return fixed(share * 100, digits: share > 0 && share < 0.0995 ? 1 : 0) + " %"
  }

  /// Memory, as in `7.8 GiB`.
  package static func memory(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 0x1p20
    return mebibytes < 1024
      ? fixed(mebibytes, digits: 0) + " MiB" : fixed(mebibytes / 1024, digits: 1) + " GiB"
  }

  /// A count with its noun, as in `1 kernel` and `2 kernels`.
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// The same with a noun of which the plural is irregular, as in `2 geometries`.
  package static func count(_ number: Int, _ noun: String, _ plural: String) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural)"
  }

  /// The same with thousands separated, as in `12,000 rows`.
  package static func count(grouped number: Int, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }
}
