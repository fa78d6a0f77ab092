/// What became of a start on its way to momenta.
package struct RefinedStart: Sendable {
  package enum Outcome: Sendable, Equatable {
    /// At a geometry that explodes into the momenta.
    case arrived
    /// Nowhere nearer to be got from here: at a fold, or in more steps than are worth it.
    case stalled
    /// The start does not explode: atoms in one place, or not finite.
    case unusable
    /// The momenta are of no explosion: not finite, or all alike.
    case impossible
  }

  package var outcome: Outcome
  /// Where it ended, bohr, about the center of mass: x, y, z of each atom in turn.
  package var positions: [Double]
  /// `√(Σ|p(x) − p|²/m / Σ|p|²/m)` of the momenta about the center of mass.
  package var residual: Double
  /// That of the start, to 10⁻⁶.
  package var firstResidual: Double
  /// How far it moved, bohr: ‖x − start‖ over all coordinates, both about the center of mass.
  package var moved: Double
  /// 1/(‖∂y/∂w‖ |w|/|y|), 0 at a fold, where it was computed last.
  package var condition = 0.0
}
