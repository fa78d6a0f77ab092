package import Configuration
package import Engine

/// A conditional variational autoencoder of a representation of positions, which an autoencoder
/// has learned before.
///
///     r = representation(x),  (μ, log σ²) = encoder(r [, c]),  z = μ + ε·σ,  x̂ = decoder(z, c)
package struct TwoStageVAE: VariationalModel {
  private let autoencoder: Autoencoder
  private let second: ConditionalVAE

  package struct Settings: ModelFamily {
    package static let kind = "twoStage"
    package static let about =
      "autoencoder of positions, then a conditional variational autoencoder of its representation"

    package var vae = ConditionalVAE.Settings()
    package var autoencoder = [64, 32]
    package var representation = 16

    package static let keys =
      [
        Key(
          "model.autoencoder", \Settings.autoencoder, check: Limit.widths,
          "widths of the hidden layers of the first stage's encoder"),
        Key(
          "model.representation", \Settings.representation, check: Limit.within(1...65_536),
          "dimension of the first stage's representation"),
      ] + ConditionalVAE.Settings.keys.within(\Settings.vae)

    package init() {}

    package func model(_ dimensions: Dimensions, physics: PhysicsMaps) -> any Model {
      TwoStageVAE(
        autoencoder: Autoencoder(
          dimensions: dimensions, hidden: autoencoder, representation: representation,
          activation: vae.layers.activation),
        second: ConditionalVAE(dimensions: dimensions, settings: vae, physics: physics))
    }
  }

  package var dimensions: Dimensions { second.dimensions }
  package var earlierStages: [any TrainingStage] { [autoencoder] }
  var latent: VariationalLatent { second.latent }
  var loss: PositionLoss { second.loss }
  var physics: PhysicsMaps { second.physics }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value {
    let r = trace.frozen { autoencoder.traceRepresentation(batch.targets, in: &$0) }
    return second.traceEncoder(Batch(targets: r, condition: batch.condition), in: &trace)
  }

  package func traceSample(_ z: Value, shared: Value, in trace: inout ModelTrace) -> Value {
    second.traceSample(z, shared: shared, in: &trace)
  }
}
