/// Checks that many keys share. They return what is wrong, as in "must be above 0".
package enum Limit {
  package static func positive<V: Comparable & Numeric>(_ value: V) -> String? {
    value > 0 ? nil : "must be above 0"
  }

  package static func notNegative<V: Comparable & Numeric>(_ value: V) -> String? {
    value >= 0 ? nil : "must not be negative"
  }

  package static func atLeast<V: Comparable & Sendable>(
    _ least: V
  ) -> @Sendable (V) -> String? {
    { $0 >= least ? nil : "must be at least \(least)" }
  }

  package static func within<V: Comparable & Sendable>(
    _ range: ClosedRange<V>
  ) -> @Sendable (V) -> String? {
    { range.contains($0) ? nil : "must be from \(range.lowerBound) to \(range.upperBound)" }
  }

  /// Checks that a number keeps a meaning as a `Float`, in which devices compute.
  package static func float(_ number: Double) -> String? {
    let rounded = Float(number)
    if !rounded.isFinite { return "is beyond the range of 32-bit numbers" }
    return rounded == 0 && number != 0 ? "rounds to 0 in 32 bits" : nil
  }
}
