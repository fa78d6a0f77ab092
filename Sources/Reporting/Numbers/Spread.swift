import Datasets

/// Where values lie.
enum Spread {
  static func median(_ values: [Double]) -> Double {
    Quantile.of(values.filter { !$0.isNaN }.sorted(), 0.5)
  }

  /// A range with all but a share `tail` of the finite values at either end, and a margin; nil
  /// where none is finite. Values that are all one number get some room around it.
  static func range(
    _ values: [Double], tail: Double = 0, margin: Double = 0.05
  ) -> ClosedRange<Double>? {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let (low, high) = (Quantile.of(sorted, tail), Quantile.of(sorted, 1 - tail))
    let scale = max(abs(low), abs(high))
    guard high - low > 1e-6 * scale else {
      let room = scale > 0 ? 0.1 * scale : 1
      return low - room...low + room
    }
    let room = margin * (high - low)
    return low - room...high + room
  }

  static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  static func standardDeviation(_ values: [Double]) -> Double {
    let mean = mean(values)
    return Self.mean(values.map { ($0 - mean) * ($0 - mean) }).squareRoot()
  }

  /// Whether the finite values are one number, to the precision of a Float, or none.
  static func isConstant(_ values: [Double]) -> Bool {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return true }
    return high - low <= 1e-6 * max(abs(low), abs(high))
  }
}

/// How well one list of numbers gives another.
struct Agreement {
  /// `1 − Σ(y − x)²/Σ(y − ȳ)²`; nil where the truth y is constant.
  let determination: Double?
  /// `√ mean (y − x)²`, in the unit of the values.
  let error: Double
  /// Pairs of finite numbers: only those count.
  let pairs: Int

  init(predicted: [Double], truth: [Double]) {
    let finite = zip(predicted, truth).filter { $0.isFinite && $1.isFinite }
    pairs = finite.count
    let squares = finite.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    error = (squares / Double(pairs)).squareRoot()
    let known = finite.map(\.1)
    let spread = Spread.standardDeviation(known)
    determination =
      Spread.isConstant(known) ? nil : 1 - squares / (Double(pairs) * spread * spread)
  }
}
