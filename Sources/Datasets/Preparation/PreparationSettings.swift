package import Physics

/// How a table becomes what a model sees.
package struct PreparationSettings: Sendable, Equatable {
  package var frame = Frame.canonical
  package var positionScaler = ScalerKind.standard
  package var momentumScaler = ScalerKind.standard
  /// Numbers computed from the momenta that follow their components.
  package var features: [MomentumFeature] = []
  /// Whether the atom that follows from the centre of mass is left out of the model's positions.
  /// The raw frame has none.
  package var independent = true
  package var constantPositions = ConstantPolicy.drop
  package var constantMomenta = ConstantPolicy.drop
  /// The relative deviation below which a column is constant; nil for the frame's.
  package var tolerance: Double?

  package init() {}

  /// In the canonical frame the third axis of three atoms holds the rounding of single precision,
  /// about 2e-6 of the other columns where molecules are nearly straight. Noise that matters is far
  /// above 1e-5.
  var constantTolerance: Double { tolerance ?? (frame == .canonical ? 1e-5 : 1e-7) }
}

/// Rows ready for a device, one after the other.
package struct PreparedRows: Sendable, Equatable {
  /// What the model shall give; empty where only momenta were prepared.
  package var targets: [Float] = []
  /// What it is given.
  package var conditions: [Float] = []
  package var count = 0
  /// Rows whose momenta define no axes; their coordinates are finite and mean nothing.
  package var undefinedRows = 0
  /// Values farther from the training rows' than any scale explains.
  package var farValues = 0

  package init() {}
}

/// The three parts of a data set.
package struct PreparedData: Sendable, Equatable {
  package let training: PreparedRows
  package let validation: PreparedRows
  package let test: PreparedRows
}
