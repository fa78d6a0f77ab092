package import Configuration
package import Engine

/// A variational autoencoder with a conditional flow between encoder and decoder.
///
///     (μ, log σ²) = encoder(x),  z = μ + ε·σ,  c = network(momenta)
///     w = couplings⁻¹(z; c),  x̂ = decoder(w)
package struct LatentFlow: VariationalModel {
  package let dimensions: Dimensions
  let settings: Settings
  let physics: PhysicsMaps

  package struct Settings: ModelFamily {
    package static let kind = "latentFlow"
    package static let about =
      "variational autoencoder with a conditional flow between encoder and decoder"

    package var layers = HiddenLayers()
    package var latent = VariationalLatent()
    package var loss = PositionLoss()
    package var couplings = Couplings()
    /// The layers that make c of the momenta; the last one is c.
    package var conditionNetwork = [64, 32]

    package static let keys =
      HiddenLayers.keys.within(\Settings.layers)
      + [
        Key(
          "model.conditionNetwork", \Settings.conditionNetwork, check: Limit.widths,
          "widths of the layers of the network that encodes the momenta")
      ]
      + Couplings.keys.within(\Settings.couplings)
      + VariationalLatent.keys.within(\Settings.latent).ruled("model.latent") {
        $0.latent.dimension > 1 ? nil : "must be at least 2, for couplings to divide"
      } + PositionLoss.keys.within(\Settings.loss)

    package init() {}

    package func model(_ dimensions: Dimensions, physics: PhysicsMaps) -> any Model {
      LatentFlow(dimensions: dimensions, settings: self, physics: physics)
    }
  }

  var latent: VariationalLatent { settings.latent }
  var loss: PositionLoss { settings.loss }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value {
    settings.layers.encode([batch.targets.all], width: 2 * latentWidth, in: &trace)
  }

  /// c
  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value {
    trace.layers(
      [condition.all], widths: settings.conditionNetwork, name: "condition",
      activation: settings.layers.activation)[0].value
  }

  package func traceSample(_ z: Value, shared: Value, in trace: inout ModelTrace) -> Value {
    let w = settings.couplings.trace(z, condition: shared, isInverse: true, in: &trace).y
    return settings.layers.decode([w.all], width: dimensions.targets, in: &trace)
  }
}
