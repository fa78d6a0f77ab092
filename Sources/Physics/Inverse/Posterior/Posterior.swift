import Glibc

/// Geometries of one event, drawn from what noisy momenta leave possible.
package struct Posterior: Sendable {
  package struct Sample: Sendable {
    /// x, y, z of each atom in turn, bohr, about the center of mass.
    package let positions: [Double]
    /// The weights of an event have the sum 1.
    package let weight: Double
  }

  package enum Status: Sendable {
    case sampled
    /// No geometry that was found is one of the family.
    case excluded
    /// The momenta are of no explosion: too few are known, or they do not differ.
    case impossible
  }

  package let status: Status
  package let samples: [Sample]
  /// As many equally weighted draws from the posterior would be worth as much.
  package let effectiveSize: Double
  /// Of the tail of the weights; see `ParetoTail`.
  package let tailShape: Double
  /// log of the probability density of the measured momenta, in atomic units, given the family.
  package let logEvidence: Double
  /// How many geometries the momenta have that are most probable; 0 where none was found.
  package let geometries: Int
  /// Draws whose list of geometries has two that are about to merge, or lacks one.
  package let nearFold, incomplete: Int
  /// What was made of the total momentum; nil where the momenta are impossible.
  package let total: MeasuredMomenta.Total?

  static func without(_ status: Status, _ total: MeasuredMomenta.Total? = nil) -> Posterior {
    Posterior(
      status: status, samples: [], effectiveSize: 0, tailShape: .nan, logEvidence: -.infinity,
      geometries: 0, nearFold: 0, incomplete: 0, total: total)
  }
}
