import Engine

extension Workplace {
  /// What multiplies numbers of `precision` here.
  func units(of precision: ProductPrecision) -> ProductUnits {
    threads == nil ? .emulated : CPUDevice<Float>.productUnits(of: precision)
  }

  /// A line for people about what a precision below fp32 comes to here; nil for fp32.
  ///
  /// - Parameter narrows: whether it concerns any layer.
  func remark(on precision: ProductPrecision, narrows: Bool) -> String? {
    if precision == .fp32 { return nil }
    if !narrows {
      return "precision \(precision) changes nothing: no layer has more than "
        + "\(Graph.mostNarrowWeights) weights"
    }
    switch units(of: precision) {
    case .native(let name): return "\(precision) products by \(name)"
    case .emulated:
      return "\(precision) is emulated on this device: the numbers of \(precision), no faster "
        + "than fp32"
    case .refused(let name):
      return "\(precision) is emulated on this device, no faster than fp32: its \(name) was tried, "
        + "and gives other numbers"
    }
  }

  /// Whether products of `precision` take at least the time of fp32.
  func emulates(_ precision: ProductPrecision) -> Bool {
    if case .native = units(of: precision) { return false }
    return precision != .fp32
  }
}
