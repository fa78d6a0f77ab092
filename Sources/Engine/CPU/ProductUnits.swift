import CHostMath

/// What a device multiplies numbers of a precision with.
package enum ProductUnits: Hashable, Sendable {
  /// Products are computed in fp32, of rounded numbers.
  case emulated
  /// Something made for the precision, in words for people.
  case native(String)
  /// The same, but it was tried and gave other numbers than the definition: it is not used.
  case refused(String)
}

extension CPUDevice where E == Float {
  /// What multiplies numbers of `precision` on this processor; the first time, it is tried.
  package static func productUnits(of precision: ProductPrecision) -> ProductUnits {
    switch hm_product_units(precision.code) {
    case HM_UNITS_USED: .native(pairs)
    case HM_UNITS_WRONG: .refused(pairs)
    default: .emulated
    }
  }

  private static var pairs: String { "AVX512-BF16" }
}
