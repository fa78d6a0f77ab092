/// Statistics of z over rows of data, for comparison with N(0, 1).
package struct LatentStatistics: Sendable {
  /// Mean and standard deviation of each latent variable over rows.
  package let mean, standardDeviation: [Double]
  /// Mean of KL(N(μ, σ²) ‖ N(0, 1)) of each latent variable of an encoder, nats.
  package let divergence: [Double]?
  /// The number of latent variables whose μ has a variance above 0.01 over rows.
  package let activeUnits: Int?
  /// rows×L: z of some rows, for figures.
  package let values: [Float]

  package init(
    mean: [Double], standardDeviation: [Double], divergence: [Double]?, activeUnits: Int?,
    values: [Float]
  ) {
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
    self.divergence = divergence
    (self.activeUnits, self.values) = (activeUnits, values)
  }

  package var width: Int { mean.count }
}
