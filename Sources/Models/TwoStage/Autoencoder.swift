import Engine

/// The first stage: a representation of positions, without momenta.
///
///     r = encoder(x),  x̂ = decoder(r),  loss = MSE
struct Autoencoder: TrainingStage {
  let dimensions: Dimensions
  /// The hidden layers of the encoder; the decoder has them in the opposite order.
  let hidden: [Int]
  /// The columns of r.
  let representation: Int
  let activation: Activation

  var terms: [LossTerm] { [LossTerm(.reconstruction, weight: 1)] }

  func traceRepresentation(_ targets: Value, in trace: inout ModelTrace) -> Value {
    trace.network(
      [targets.all], hidden: hidden, width: representation, name: "autoencoder.encoder",
      activation: activation)
  }

  func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let r = traceRepresentation(batch.targets, in: &trace)
    let prediction = trace.network(
      [r.all], hidden: hidden.reversed(), width: dimensions.targets, name: "autoencoder.decoder",
      activation: activation)
    trace.graph.squaredError(prediction, batch.targets, as: objective.term(.reconstruction))
  }
}
