package import Configuration
package import Engine

/// A conditional variational autoencoder (Sohn et al. 2015).
///
///     (μ, log σ²) = encoder(x [, c]),  z = μ + ε·σ,  x̂ = decoder(z, c)
package struct ConditionalVAE: VariationalModel {
  package let dimensions: Dimensions
  let settings: Settings
  let physics: PhysicsMaps

  package struct Settings: ModelFamily {
    package static let kind = "cvae"
    package static let about = "conditional variational autoencoder (Sohn et al. 2015)"

    package var layers = HiddenLayers()
    package var latent = VariationalLatent()
    package var loss = PositionLoss()
    /// Whether the encoder sees the condition besides the targets.
    package var encoderSeesCondition = false

    package static let keys =
      HiddenLayers.keys.within(\Settings.layers)
      + [
        Key(
          "model.encoderSeesCondition", \Settings.encoderSeesCondition,
          "whether the encoder sees momenta besides positions")
      ]
      + VariationalLatent.keys.within(\Settings.latent) + PositionLoss.keys.within(\Settings.loss)

    package init() {}

    package func model(_ dimensions: Dimensions, physics: PhysicsMaps) -> any Model {
      ConditionalVAE(dimensions: dimensions, settings: self, physics: physics)
    }
  }

  var latent: VariationalLatent { settings.latent }
  var loss: PositionLoss { settings.loss }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value {
    settings.layers.encode(
      [batch.targets.all] + (settings.encoderSeesCondition ? [batch.condition.all] : []),
      width: 2 * latentWidth, in: &trace)
  }

  package func traceSample(_ z: Value, shared: Value, in trace: inout ModelTrace) -> Value {
    settings.layers.decode([z.all, shared.all], width: dimensions.targets, in: &trace)
  }
}
