package import Physics

/// How rows of a table become targets and conditions of a model.
package struct PreparationSettings: Sendable, Equatable {
  package var frame = Frame.canonical
  package var positionScaler = ScalerKind.standard
  package var momentumScaler = ScalerKind.standard
  /// Numbers computed from the momenta that follow their components.
  package var features: [MomentumFeature] = []
  /// Whether the atom that follows from the center of mass is left out of the targets.
  /// The raw frame has none.
  package var independent = true
  package var constantPositions = ConstantPolicy.drop
  package var constantMomenta = ConstantPolicy.drop
  /// The relative standard deviation below which a column is constant; nil for that of the frame.
  package var tolerance: Double?

  package init() {}

  /// In the canonical frame the third axis of three atoms holds the rounding of single precision,
  /// about 2e-6 of the other columns where molecules are nearly straight. Noise that matters is far
  /// above 1e-5.
  var constantTolerance: Double { tolerance ?? (frame == .canonical ? 1e-5 : 1e-7) }
}
