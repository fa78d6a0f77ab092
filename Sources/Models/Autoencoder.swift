package import Engine

/// The first stage of a two-stage system: a representation of positions, without momenta.
///
///     r = encoder(x),  x̂ = decoder(r),  loss = MSE
package struct Autoencoder: Model {
  package var dimensions: Dimensions
  /// The hidden layers of the encoder; the decoder has them in the opposite order.
  package var hidden: [Int]
  /// The columns of r.
  package var representation: Int
  package var activation: Activation

  static var name: String { "autoencoder." }

  package init(
    _ dimensions: Dimensions, hidden: [Int], representation: Int, activation: Activation
  ) {
    (self.dimensions, self.hidden) = (dimensions, hidden)
    (self.representation, self.activation) = (representation, activation)
  }

  package var terms: [LossTerm] { [LossTerm(.reconstruction, weight: 1)] }
  package var latentWidth: Int { 0 }

  func traceRepresentation(_ targets: Value, in trace: inout ModelTrace) -> Value {
    trace.network(
      [targets.all], hidden: hidden, width: representation, name: Self.name + "encoder",
      activation: activation)
  }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value? { nil }

  package func traceDraw(latent: Value?, shared: Value, in trace: inout ModelTrace) -> Value {
    preconditionFailure("an autoencoder predicts nothing from momenta")
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let r = traceRepresentation(batch.targets, in: &trace)
    let prediction = trace.network(
      [r.all], hidden: hidden.reversed(), width: dimensions.targets, name: Self.name + "decoder",
      activation: activation)
    trace.graph.squaredError(prediction, batch.targets, as: objective.term(.reconstruction))
  }
}
