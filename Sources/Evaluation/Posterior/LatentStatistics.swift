/// What z is like over rows of data, beside N(0, 1).
package struct LatentStatistics: Sendable {
  /// Of each latent, over rows: the mean and the deviation of z.
  package let mean, deviation: [Double]
  /// Of each latent of a model with an encoder: the mean of KL(N(μ, σ²) ‖ N(0, 1)), nats.
  package let divergence: [Double]?
  /// How many latents an encoder uses: those whose μ varies by more than 0.01 between rows.
  package let activeUnits: Int?
  /// rows×L: z of some rows, for pictures.
  package let values: [Float]

  package init(
    mean: [Double], deviation: [Double], divergence: [Double]?, activeUnits: Int?,
    values: [Float]
  ) {
    (self.mean, self.deviation, self.divergence) = (mean, deviation, divergence)
    (self.activeUnits, self.values) = (activeUnits, values)
  }

  package var width: Int { mean.count }
}
