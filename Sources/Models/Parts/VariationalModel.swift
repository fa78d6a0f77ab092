import Configuration
import Engine

/// The latent of a variational autoencoder (Kingma & Welling 2014): its dimension, the weight of its
/// divergence, and what it is sampled from.
package struct VariationalLatent: Hashable, Sendable {
  package var dimension = 32
  /// β
  package var divergence = 1.0
  /// Epochs over which β grows from 0.
  package var warmup = 0
  package var prior = LatentPrior.aggregate

  static let keys: [Key<VariationalLatent>] = [
    Key("model.latent", \.dimension, check: Limit.within(1...65_536), "latent dimension"),
    Key(
      "loss.kl", \.divergence, check: Limit.notNegativeFloat, "weight of the KL divergence (beta)"),
    Key(
      "loss.klWarmup", \.warmup, check: Limit.notNegative,
      "epochs over which the weight of the KL divergence grows from 0"),
    Key("sampling.prior", \.prior, "distribution of z in predictions"),
  ]
}

/// Where z comes from when positions are predicted; test positions are never encoded.
package enum LatentPrior: String, CaseIterable, ConfigurationChoice {
  /// N(0, 1)
  case standardNormal
  /// A normal with the mean and the standard deviation of each latent over the training rows.
  case aggregate
  /// The latent distribution of a training row, chosen at random for each prediction.
  case trainingLatents
}

/// A model with an encoder and a decoder, trained by
///
///     z = μ(x) + ε·σ(x),  loss = loss of x̂(z, c) + β·KL(N(μ, σ²) ‖ N(0, 1))
protocol VariationalModel: Model, LatentSampler, LatentEncoder {
  var latent: VariationalLatent { get }
  var loss: PositionLoss { get }
  var physics: PhysicsMaps { get }
}

extension VariationalModel {
  package var latentWidth: Int { latent.dimension }
  package var prior: LatentPrior { latent.prior }
  package var terms: [LossTerm] {
    loss.terms + [LossTerm(.kl, weight: Float(latent.divergence), warmup: latent.warmup)]
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let statistics = traceEncoder(batch, in: &trace)
    let z = trace.graph.reparameterize(
      statistics, clock: trace.clock, divergence: objective.term(.kl))
    let shared = traceShared(batch.condition, in: &trace)
    let prediction = traceSample(z, shared: shared, in: &trace)
    loss.trace(prediction, batch, physics: physics, in: &trace, objective)
  }
}
