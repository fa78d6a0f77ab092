import Glibc

/// Places of ticks where gnuplot's own choice reads badly.
enum Ticks {
  /// A step of whole numbers with about `count` ticks in a range of counted things.
  static func wholeStep(_ span: Double, count: Double = 5) -> Int {
    let least = max(1, span / count)
    let decade = pow(10, log10(least).rounded(.down))
    let step = [1.0, 2, 5, 10].first { $0 * decade >= least * 0.999 } ?? 10
    return max(1, Int((step * decade).rounded()))
  }

  /// `('10⁻³' 1e-3, '10⁻²' 1e-2)`: each decade of a range of positive numbers, at most eight.
  static func decades(_ range: ClosedRange<Double>) -> String {
    let low = Int(log10(range.lowerBound).rounded(.up))
    let high = max(low, Int(log10(range.upperBound).rounded(.down)))
    let step = max(1, (high - low + 7) / 8)
    let ticks = stride(from: low, through: high, by: step).map { exponent in
      "'10\(superscript(exponent))' 1e\(exponent)"
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
