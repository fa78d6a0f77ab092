package import Engine

/// A conditional variational autoencoder.
///
///     (μ, log σ²) = encoder(x [, c]),  z = μ + ε·σ,  x̂ = decoder(z, c)
///     loss = loss of x̂ + β·KL(N(μ, σ²) ‖ N(0, 1))
///
/// In a two-stage system x reaches the encoder as the representation that an autoencoder, trained
/// before, makes of it.
package struct ConditionalVAE: Model {
  package var dimensions: Dimensions
  package var encoder: [Int]
  package var decoder: [Int]
  package var latentWidth: Int
  package var activation: Activation
  /// Whether the encoder sees the condition besides the targets.
  package var encoderSeesCondition = false
  /// The autoencoder whose representation the encoder sees in place of the targets.
  package var autoencoder: Autoencoder?
  package var loss: PositionLoss
  /// β
  package var divergence: Float = 1

  package init(
    _ dimensions: Dimensions, encoder: [Int], decoder: [Int], latent: Int,
    activation: Activation, loss: PositionLoss = PositionLoss()
  ) {
    (self.dimensions, self.encoder, self.decoder) = (dimensions, encoder, decoder)
    (latentWidth, self.activation, self.loss) = (latent, activation, loss)
  }

  package var terms: [LossTerm] { loss.terms + [LossTerm(.kl, weight: divergence)] }
  package var frozen: String? { autoencoder == nil ? nil : Autoencoder.name }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value? {
    let x = autoencoder?.traceRepresentation(batch.targets, in: &trace) ?? batch.targets
    return trace.network(
      [x.all] + (encoderSeesCondition ? [batch.condition.all] : []), hidden: encoder,
      width: 2 * latentWidth, name: "encoder", activation: activation)
  }

  package func traceDraw(latent: Value?, shared: Value, in trace: inout ModelTrace) -> Value {
    trace.network(
      (latent.map { [$0.all] } ?? []) + [shared.all], hidden: decoder,
      width: dimensions.targets, name: "decoder", activation: activation)
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    guard let statistics = traceEncoder(batch, in: &trace) else { return }
    let z = trace.graph.reparameterize(
      statistics, clock: trace.clock, divergence: objective.term(.kl))
    let prediction = traceDecoder(latent: z, condition: batch.condition, in: &trace)
    loss.trace(prediction, batch, in: &trace, objective)
  }
}
