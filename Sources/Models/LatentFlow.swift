package import Engine

/// An autoencoder with a conditional flow inside.
///
///     (μ, log σ²) = encoder(x),  z = μ + ε·σ,  c = network(momenta)
///     w = couplings⁻¹(z; c),  x̂ = decoder(w),  loss = loss of x̂ + β·KL
package struct LatentFlow: Model {
  package var dimensions: Dimensions
  package var encoder: [Int]
  package var decoder: [Int]
  package var latentWidth: Int
  package var activation: Activation
  /// The layers that make c of the momenta; the last one is c.
  package var conditionNetwork: [Int]
  package var loss: PositionLoss
  /// β
  package var divergence: Float = 1
  private let couplings: Couplings

  package init(
    _ dimensions: Dimensions, encoder: [Int], decoder: [Int], latent: Int, conditionNetwork: [Int],
    couplings: Int, subnet: [Int], subnetActivation: Activation, bound: Float = 2,
    activation: Activation, loss: PositionLoss = PositionLoss()
  ) {
    precondition(latent > 1, "a coupling needs two columns at least")
    (self.dimensions, self.encoder, self.decoder) = (dimensions, encoder, decoder)
    (latentWidth, self.activation, self.loss) = (latent, activation, loss)
    self.conditionNetwork = conditionNetwork
    self.couplings = Couplings(
      count: couplings, subnet: subnet, activation: subnetActivation, bound: bound,
      name: "coupling")
  }

  package var terms: [LossTerm] { loss.terms + [LossTerm(.kl, weight: divergence)] }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value? {
    trace.network(
      [batch.targets.all], hidden: encoder, width: 2 * latentWidth, name: "encoder",
      activation: activation)
  }

  /// c
  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value {
    trace.layers(
      [condition.all], widths: conditionNetwork, name: "condition", activation: activation)[0]
      .value
  }

  package func traceDraw(latent: Value?, shared: Value, in trace: inout ModelTrace) -> Value {
    guard let latent else { preconditionFailure("a latent flow without a latent") }
    let w = couplings.trace(latent, condition: shared, isInverse: true, in: &trace).y
    return trace.network(
      [w.all], hidden: decoder, width: dimensions.targets, name: "decoder",
      activation: activation)
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    guard let statistics = traceEncoder(batch, in: &trace) else { return }
    let z = trace.graph.reparameterize(
      statistics, clock: trace.clock, divergence: objective.term(.kl))
    let prediction = traceDecoder(latent: z, condition: batch.condition, in: &trace)
    loss.trace(prediction, batch, in: &trace, objective)
  }
}
