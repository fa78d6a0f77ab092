import Engine

extension Workplace {
  /// What multiplies numbers of `precision` faster than of fp32 here; nil where products of them
  /// are computed in fp32, of rounded numbers.
  func units(of precision: ProductPrecision) -> String? { nil }

  /// A line for people about what a precision below fp32 comes to here; nil if there is nothing to
  /// say.
  ///
  /// - Parameter narrows: whether it concerns any layer.
  func remark(on precision: ProductPrecision, narrows: Bool) -> String? {
    if precision == .fp32 { return nil }
    if !narrows {
      return "precision \(precision) changes nothing: no layer has more than "
        + "\(Graph.mostNarrowWeights) weights"
    }
    if let units = units(of: precision) { return "\(precision) products by \(units)" }
    return "\(precision) is emulated on this device: the numbers of \(precision), no faster than "
      + "fp32"
  }
}
