/// How well a density that can be computed fits rows it has not seen.
package struct DensityMetrics: Hashable, Sendable {
  /// The mean of −log p(positions | momenta), in nats: of the coordinates that the model has a
  /// density of, in bohr.
  package let negativeLogLikelihood: Double
  /// How many coordinates those are.
  package let coordinates: Int
  /// The largest difference between positions and what comes back from their latents, bohr; nil
  /// for a density that cannot be inverted.
  package let roundTripError: Double?

  package init(negativeLogLikelihood: Double, coordinates: Int, roundTripError: Double?) {
    self.negativeLogLikelihood = negativeLogLikelihood
    (self.coordinates, self.roundTripError) = (coordinates, roundTripError)
  }
}
