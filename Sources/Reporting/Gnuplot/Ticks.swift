import Glibc

/// Tick positions where gnuplot's choice is hard to read.
enum Ticks {
  /// An integer step with about `count` ticks in a range.
  static func wholeStep(_ span: Double, count: Double = 5) -> Int {
    let least = max(1, span / count)
    let decade = pow(10, log10(least).rounded(.down))
    let step = [1.0, 2, 5, 10].first { $0 * decade >= least * 0.999 } ?? 10
    return max(1, Int((step * decade).rounded()))
  }

  /// The step of about `count` ticks at round numbers.
  static func step(_ span: Double, count: Double = 5) -> Double {
    let least = max(span, 1e-300) / count
    let decade = pow(10, log10(least).rounded(.down))
    return ([1.0, 2, 5].first { $0 * decade >= least * 0.75 } ?? 10) * decade
  }

  /// Round numbers whose labels fit side by side under an axis of so many pixels.
  ///
  /// - Parameter overhang: How far a label may reach beyond either end.
  static func fitted(
    _ range: ClosedRange<Double>, count: Double, pixels: Double, overhang: Double
  ) -> String {
    let span = range.upperBound - range.lowerBound
    for count in stride(from: count, through: 1, by: -1) {
      let step = step(span, count: count)
      let width = labelWidth(range, count: count)
      let inset = max(0, width / 2 - overhang) / pixels * span
      let first = ((range.lowerBound + inset) / step).rounded(.up)
      let last = ((range.upperBound - inset) / step).rounded(.down)
      guard first <= last, step / span * pixels >= width + 8 else { continue }
      // A margin at the end, so that rounding does not lose the last tick.
      return [first * step, step, (last + 0.01) * step].map(Script.number).joined(separator: ", ")
    }
    return Script.number(step(span, count: 1))
  }

  /// Width in pixels of the widest label of a range with about `count` ticks.
  static func labelWidth(_ range: ClosedRange<Double>, count: Double) -> Double {
    let step = step(range.upperBound - range.lowerBound, count: count)
    return max(labelWidth(range.lowerBound, step: step), labelWidth(range.upperBound, step: step))
  }

  /// Pixels of a multiple of a step in a usual font.
  private static func labelWidth(_ x: Double, step: Double) -> Double {
    let digits = max(1, log10(max(abs(x), 1)).rounded(.down) + 1)
    let decimals = max(0, -log10(step).rounded(.down))
    return 8.8 * (digits + (decimals > 0 ? decimals + 0.5 : 0) + (x < 0 ? 0.7 : 0))
  }

  /// Ticks of a positive range: at 1, 2 and 5 if it has few decades.
  static func logarithmic(_ range: ClosedRange<Double>) -> String {
    guard log10(range.upperBound / range.lowerBound) < 2.3 else { return decades(range) }
    let low = Int(log10(range.lowerBound).rounded(.down))
    let high = Int(log10(range.upperBound).rounded(.up))
    let ticks = (low...max(low, high)).flatMap { exponent in
      [1, 2, 5].map { (digit: $0, exponent: exponent) }
    }.filter { range.contains(Double($0.digit) * pow(10, Double($0.exponent)) * 1.0000001) }
    return "("
      + ticks.map { "'\(plain($0.digit, $0.exponent))' \($0.digit)e\($0.exponent)" }
      .joined(separator: ", ") + ")"
  }

  /// `0.02` for 2 and −2; `2·10⁻⁵` if there were too many zeros.
  static func plain(_ digit: Int, _ exponent: Int) -> String {
    switch exponent {
    case 0...4: "\(digit)" + String(repeating: "0", count: exponent)
    case -4..<0: "0." + String(repeating: "0", count: -exponent - 1) + "\(digit)"
    default: digit == 1 ? "10\(superscript(exponent))" : "\(digit)·10\(superscript(exponent))"
    }
  }

  /// `('10⁻³' 1e-3, '10⁻²' 1e-2)`: each decade of a range of positive numbers, at most eight.
  private static func decades(_ range: ClosedRange<Double>) -> String {
    let low = Int(log10(range.lowerBound).rounded(.up))
    let high = max(low, Int(log10(range.upperBound).rounded(.down)))
    let step = max(1, (high - low + 7) / 8)
    let isPlain = low >= -3 && high <= 3
    let ticks = stride(from: low, through: high, by: step).map { exponent in
      "'\(isPlain ? plain(1, exponent) : "10" + superscript(exponent))' 1e\(exponent)"
    }
    return "(" + ticks.joined(separator: ", ") + ")"
  }

  static func superscript(_ number: Int) -> String {
    let digits: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷",
      "8": "⁸", "9": "⁹",
    ]
    return String(String(number).map { digits[$0] ?? $0 })
  }
}
