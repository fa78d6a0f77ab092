import CPhysics

/// What became of one explosion.
package enum Outcome: Sendable, Equatable {
  case exploded(steps: Int)
  case coincidentAtoms
  case notRepulsive
  case notFinite
  case tooManySteps

  /// The code of a row, as the simulator writes it.
  package init(code: Int32) {
    switch Int(code) {
    case Int(CP_COINCIDENT_ATOMS): self = .coincidentAtoms
    case Int(CP_NOT_REPULSIVE): self = .notRepulsive
    case Int(CP_NOT_FINITE): self = .notFinite
    case Int(CP_TOO_MANY_STEPS): self = .tooManySteps
    default: self = .exploded(steps: Int(code))
    }
  }

  /// The same as a code.
  var code: Int32 {
    switch self {
    case .exploded(let steps): Int32(steps)
    case .coincidentAtoms: Int32(CP_COINCIDENT_ATOMS)
    case .notRepulsive: Int32(CP_NOT_REPULSIVE)
    case .notFinite: Int32(CP_NOT_FINITE)
    case .tooManySteps: Int32(CP_TOO_MANY_STEPS)
    }
  }

  package var isExploded: Bool {
    if case .exploded = self { true } else { false }
  }
}
