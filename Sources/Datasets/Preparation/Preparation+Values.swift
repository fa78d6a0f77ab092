package import Physics
package import Text

extension Preparation {
  /// Everything that a checkpoint needs to make this preparation again: strings and numbers.
  package struct Values: Sendable, Equatable {
    package var frame: String
    /// Atoms: the head and the tail of the first axis, and the plane's.
    package var axes: [Int]
    package var features: [String]
    package var names: [String]
    package var masses: [Double]
    package var charges: [Double]
    package var targets: Coordinates.Values
    package var conditions: Coordinates.Values

    package init(
      frame: String, axes: [Int], features: [String], names: [String], masses: [Double],
      charges: [Double], targets: Coordinates.Values, conditions: Coordinates.Values
    ) {
      (self.frame, self.axes, self.features) = (frame, axes, features)
      (self.names, self.masses, self.charges) = (names, masses, charges)
      (self.targets, self.conditions) = (targets, conditions)
    }
  }

  package var values: Values {
    let molecule = frame.molecule
    return Values(
      frame: frame.frame.rawValue, axes: [frame.axes.head, frame.axes.tail, frame.axes.plane],
      features: features.list.map(\.rawValue), names: molecule.names, masses: molecule.masses,
      charges: molecule.charges, targets: targets.values, conditions: conditions.values)
  }

  /// - Parameter molecule: What else is known of the atoms, where it has the same.
  package init(
    _ values: Values, molecule: Molecule = .carbonylSulfide
  ) throws(Failure) {
    let kind = Frame(rawValue: values.frame)
    let list = values.features.compactMap { MomentumFeature(rawValue: $0) }
    guard let kind, list.count == values.features.count, values.axes.count == 3 else {
      throw Failure(
        "a frame '\(values.frame)' with features \(NameList.of(values.features))",
        hint: "the checkpoint is damaged, or of a newer version; use another")
    }
    let frame = try Self.frame(kind, values, molecule)
    let features = MomentumFeatures(list, of: frame.molecule, in: kind)
    let (targets, conditions) = (
      try Coordinates(values.targets), try Coordinates(values.conditions)
    )
    let molecule = frame.molecule
    guard targets.columns == molecule.positionColumns,
      [[], molecule.chargeColumns].contains(where: {
        conditions.columns == molecule.momentumColumns + $0 + features.columns
      })
    else {
      throw Failure(
        "coordinates of columns that the molecule does not have",
        hint: "the checkpoint is damaged; use another")
    }
    self.init(frame: frame, features: features, targets: targets, conditions: conditions)
  }

  private static func frame(
    _ kind: Frame, _ values: Values, _ molecule: Molecule
  ) throws(Failure) -> EventFrame {
    do {
      let isSame = molecule.names == values.names && molecule.masses == values.masses
      return try EventFrame(
        kind,
        of: isSame
          ? molecule.with(charges: values.charges)
          : Molecule(names: values.names, masses: values.masses, charges: values.charges),
        axes: FrameAxes(head: values.axes[0], tail: values.axes[1], plane: values.axes[2]))
    } catch {
      throw Failure(error.message, hint: "the checkpoint is damaged; use another")
    }
  }
}
