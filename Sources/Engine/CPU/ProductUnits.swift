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
  /// What multiplies numbers of `precision` on this CPU; the first time, it is tried.
  package static func productUnits(of precision: ProductPrecision) -> ProductUnits {
    guard precision == .bf16 else { return .emulated }
    let units = hm_units_of_bf16()
    let name = String(cString: units.name)
    return switch units.state {
    case HM_UNITS_USED: .native(name)
    case HM_UNITS_WRONG: .refused(name)
    default: .emulated
    }
  }
}
