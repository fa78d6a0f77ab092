/// Checks that many keys share. They return what is wrong, as in "must be above 0".
package enum Limit {
  package static func positive<V: Comparable & Numeric>(_ value: V) -> String? {
    value > 0 ? nil : "must be above 0"
  }

  package static func notNegative<V: Comparable & Numeric>(_ value: V) -> String? {
    value >= 0 ? nil : "must not be negative"
  }

  package static func within<V: Comparable & Sendable>(
    _ range: ClosedRange<V>
  ) -> @Sendable (V) -> String? {
    { range.contains($0) ? nil : "must be from \(range.lowerBound) to \(range.upperBound)" }
  }

  /// For numbers that devices compute with in `Float`.
  package static let positiveFloat: @Sendable (Double) -> String? = {
    positive($0) ?? float($0)
  }
  package static let notNegativeFloat: @Sendable (Double) -> String? = {
    notNegative($0) ?? float($0)
  }

  /// Checks that a number keeps a meaning as a `Float`, in which devices compute: 1e39 would be
  /// infinite there, and 1e-50 would be 0.
  package static func float(_ number: Double) -> String? {
    let rounded = Float(number)
    if !rounded.isFinite { return "is beyond the range of 32-bit numbers" }
    return rounded == 0 && number != 0 ? "rounds to 0 in 32 bits" : nil
  }
}
