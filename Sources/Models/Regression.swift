package import Engine

/// A plain network from momenta to positions: the mean of the answers, and nothing about their
/// spread.
package struct Regression: Model {
  package var dimensions: Dimensions
  package var hidden: [Int]
  package var activation: Activation
  package var loss: PositionLoss

  package init(
    _ dimensions: Dimensions, hidden: [Int], activation: Activation,
    loss: PositionLoss = PositionLoss()
  ) {
    (self.dimensions, self.hidden) = (dimensions, hidden)
    (self.activation, self.loss) = (activation, loss)
  }

  package var terms: [LossTerm] { loss.terms }
  package var latentWidth: Int { 0 }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value? { nil }

  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value {
    trace.network(
      [condition.all], hidden: hidden, width: dimensions.targets, name: "decoder",
      activation: activation)
  }

  package func traceDraw(latent: Value?, shared: Value, in trace: inout ModelTrace) -> Value {
    shared
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let prediction = traceDecoder(latent: nil, condition: batch.condition, in: &trace)
    loss.trace(prediction, batch, in: &trace, objective)
  }
}
