import CPhysics

/// What became of one explosion.
package enum Outcome: Sendable, Equatable {
  case exploded(steps: Int)
  case coincidentAtoms
  case notRepulsive
  case notFinite
  case tooManySteps

  init(code: Int32) {
    switch Int(code) {
    case Int(CP_COINCIDENT_ATOMS): self = .coincidentAtoms
    case Int(CP_NOT_REPULSIVE): self = .notRepulsive
    case Int(CP_NOT_FINITE): self = .notFinite
    case Int(CP_TOO_MANY_STEPS): self = .tooManySteps
    default: self = .exploded(steps: Int(code))
    }
  }

  package var isExploded: Bool {
    if case .exploded = self { true } else { false }
  }
}
