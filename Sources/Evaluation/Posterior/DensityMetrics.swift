/// The likelihood of the evaluated rows, for models with a density.
package struct DensityMetrics: Hashable, Sendable {
  /// The mean of −log p(positions | momenta), in nats, of the coordinates that the model has a
  /// density for, in bohr.
  package let negativeLogLikelihood: Double
  /// The number of those coordinates.
  package let coordinates: Int
  /// The largest difference between positions and their reconstruction from z, bohr; nil for a
  /// density without an inverse.
  package let roundTripError: Double?

  package init(negativeLogLikelihood: Double, coordinates: Int, roundTripError: Double?) {
    self.negativeLogLikelihood = negativeLogLikelihood
    (self.coordinates, self.roundTripError) = (coordinates, roundTripError)
  }
}
