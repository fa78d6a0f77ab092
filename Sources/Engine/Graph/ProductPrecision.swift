/// What a matrix product multiplies: both factors rounded to this format. The sums are those of
/// `Float`, whatever it is.
///
/// precision.cl has the same order, and with `hm_precision` the same rounding.
package enum ProductPrecision: Int32, CaseIterable, Sendable {
  /// Factors as they are.
  case fp32
  /// 8 significant bits: to the nearest, ties to even.
  case bf16
  /// 11 significant bits: to the nearest, ties away from zero.
  case tf32
  /// Factors as they are, but where tensor cores multiply them: there as two numbers of tf32 each,
  /// 22 significant bits, without the product of both lower parts.
  case tf32x3

  package var name: String { self == .tf32x3 ? "3xtf32" : "\(self)" }

  /// The nearest number that the format has; beyond its largest that is infinity.
  package func rounded(_ x: Float) -> Float {
    let bits = x.bitPattern
    switch self {
    case _ where x.isNaN: return x
    case .fp32, .tf32x3: return x
    case .bf16:
      // Half of the last place, less one bit unless the place is odd.
      return Float(bitPattern: (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF_0000)
    case .tf32: return Float(bitPattern: (bits + 0x1000) & 0xFFFF_E000)
    }
  }

  /// The same for the specification, as devices see a number: as a `Float`.
  func rounded(_ x: Double) -> Double {
    self == .fp32 || self == .tf32x3 ? x : Double(rounded(Float(x)))
  }
}
