/// Checks that many keys share: what is wrong with a value, as in "must be positive".
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

  /// The same for what devices compute with in `Float`.
  package static let positiveFloat: @Sendable (Double) -> String? = {
    positive($0) ?? float($0)
  }
  package static let notNegativeFloat: @Sendable (Double) -> String? = {
    notNegative($0) ?? float($0)
  }

  /// For a number in `Double` that a device will compute with in `Float`: 1e39 would be infinite
  /// there, and 1e-50 nothing.
  package static func float(_ number: Double) -> String? {
    let rounded = Float(number)
    if !rounded.isFinite { return "is beyond the range of 32-bit numbers" }
    return rounded == 0 && number != 0 ? "rounds to 0 in 32 bits" : nil
  }
}
