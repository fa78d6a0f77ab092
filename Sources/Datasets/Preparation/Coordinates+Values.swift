package import Text

extension Coordinates {
  /// Everything that a checkpoint needs to make this map again.
  package struct Values: Sendable, Equatable {
    package var columns: [String]
    /// The atom that follows from the others, or −1.
    package var dependentAtom: Int
    /// Of the closure; empty without one.
    package var weights: [Double]
    package var scaler: Scaler.Values

    package init(
      columns: [String], dependentAtom: Int, weights: [Double], scaler: Scaler.Values
    ) {
      (self.columns, self.dependentAtom) = (columns, dependentAtom)
      (self.weights, self.scaler) = (weights, scaler)
    }
  }

  package var values: Values {
    Values(
      columns: columns, dependentAtom: closure?.atom ?? -1, weights: closure?.weights ?? [],
      scaler: scaler.values)
  }

  package init(_ values: Values) throws(Failure) {
    var closure: Closure?
    let damaged = Failure(
      "coordinates whose columns do not fit each other",
      hint: "the checkpoint is damaged; use another")
    if values.dependentAtom >= 0 {
      guard values.dependentAtom < values.weights.count,
        values.weights.allSatisfy({ $0 > 0 && $0 < .infinity }),
        3 * values.weights.count == values.columns.count
      else { throw damaged }
      closure = Closure(atom: values.dependentAtom, weights: values.weights)
    }
    let chosen = Self.independent(values.columns.count, closure)
    guard chosen.map({ values.columns[$0] }) == values.scaler.columns else { throw damaged }
    self.init(columns: values.columns, closure: closure, scaler: try Scaler(values.scaler))
  }
}
