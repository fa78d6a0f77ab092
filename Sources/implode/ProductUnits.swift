import Engine

extension Workplace {
  /// What multiplies numbers of `precision` here.
  func units(of precision: ProductPrecision) -> ProductUnits {
    threads == nil ? tensorCores : CPUDevice<Float>.productUnits(of: precision)
  }

  /// A line for people about what a precision below fp32 comes to here; nil for fp32.
  ///
  /// - Parameter narrows: whether it concerns any layer.
  func remark(on precision: ProductPrecision, narrows: Bool) -> String? {
    if precision == .fp32 { return nil }
    if !narrows {
      return "precision \(precision.name) has no effect: no layer has more than "
        + "\(Graph.mostNarrowWeights) weights"
    }
    let name = precision.name
    let way = precision == .tf32x3 ? "computed as fp32" : "emulated, no faster than fp32,"
    switch units(of: precision) {
    case .native(let units): return "\(name) matrix products use \(units)"
    case .emulated: return "\(name) matrix products are \(way) on this device"
    case .refused(let units):
      return
        "\(name) matrix products are \(way) on this device: its \(units) failed the accuracy test"
    }
  }

  /// Whether products of `precision` take at least the time of fp32.
  func emulates(_ precision: ProductPrecision) -> Bool {
    if case .native = units(of: precision) { return false }
    return precision != .fp32
  }
}
