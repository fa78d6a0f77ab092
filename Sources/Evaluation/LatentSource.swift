/// Where the z of samples comes from.
package enum LatentSource: Sendable {
  /// The model's prior: z follows from the seed, the row and the number of the sample.
  case prior(seed: UInt64)
  /// rows×samples×L
  case given([Float])
}

/// Samples of rows, those of a row one after the other.
package struct SampledRows: Sendable {
  /// rows×samples×n
  package internal(set) var targets: [Float]
  /// rows×samples×L: the z that each followed from; nothing where they are not kept.
  package internal(set) var latents: [Float] = []
  /// rows×samples: −log p(targets | conditions); nothing for a predictor without a density.
  package internal(set) var likelihoods: [Float] = []
}
