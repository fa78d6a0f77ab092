import Glibc

/// A geometry of any number of atoms that explodes into an event's momenta.
package struct FoundGeometry: Sendable {
  /// x, y, z of each atom in turn, bohr, about the center of mass.
  package let positions: [Double]
  /// `√(Σ|p(x) − p|²/m / Σ|p|²/m)` of the momenta about the center of mass.
  package let residual: Double
  package let determinant: MomentumDeterminant
  /// How many starts of the first half and of the second ended here.
  package var arrivals: (first: Int, second: Int)

  package var isAtFold: Bool { determinant.condition < Self.leastCondition }

  /// Below it a residual of 10⁻¹² changes the determinant by a percent.
  package static let leastCondition = 1e-5
}

/// What starts found of the geometries of one event. There may be others.
package struct FoundEvent: Sendable {
  package let geometries: [FoundGeometry]
  package let status: EventStatus
  /// Of each start.
  package let starts: [RefinedStart]
  /// Where each start ended, by number of the geometry; nil where it did not arrive.
  package let places: [Int?]

  /// How probable each geometry is, given the momenta exactly and that no other was missed:
  /// prior/|det ∂p/∂x|, with the sum 1. All 0 where the prior excludes every geometry.
  package func weights(_ prior: GeometryPrior) -> [Double] {
    let logs = geometries.map { log(prior.density($0.positions)) - $0.determinant.logMagnitude }
    guard let most = logs.max(), most > -.infinity else { return logs.map { _ in 0 } }
    let weights = logs.map { exp($0 - most) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
