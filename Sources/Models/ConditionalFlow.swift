package import Engine
import Randomness

/// A conditional invertible network, trained on the likelihood of positions given momenta.
///
///     z = f(x; c),   −log p(x | c) = ½|z|² + ½ n ln 2π − log|det ∂z/∂x|
///
/// A density of noise-free events has no finite optimum: positions, and momenta, get noise of the
/// given deviations, in the model's coordinates, anew in each step.
package struct ConditionalFlow: Model {
  package var dimensions: Dimensions
  package var positionNoise: Float = 0
  package var momentumNoise: Float = 0
  private let couplings: Couplings

  package init(
    _ dimensions: Dimensions, couplings: Int, subnet: [Int], activation: Activation,
    bound: Float = 2
  ) {
    precondition(dimensions.targets > 1, "a coupling needs two columns at least")
    self.dimensions = dimensions
    self.couplings = Couplings(
      count: couplings, subnet: subnet, activation: activation, bound: bound, name: "coupling")
  }

  package var terms: [LossTerm] { [LossTerm(.nll, weight: 1)] }
  package var latentWidth: Int { dimensions.targets }

  package var withoutNoise: any Model {
    var quiet = self
    (quiet.positionNoise, quiet.momentumNoise) = (0, 0)
    return quiet
  }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value? { nil }

  package func traceDraw(latent: Value?, shared: Value, in trace: inout ModelTrace) -> Value {
    guard let latent else { preconditionFailure("a flow without a latent") }
    return tracePositions(latent, condition: shared, in: &trace).x
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let x = noisy(batch.targets, positionNoise, .dataNoise, in: &trace)
    let c = noisy(batch.condition, momentumNoise, .conditionNoise, in: &trace)
    let z = traceLatent(Batch(targets: x, condition: c), in: &trace)
    trace.graph.normalLikelihood(
      z.z, logDeterminant: z.logDeterminant, as: objective.term(.nll))
  }

  /// z and log|det ∂z/∂x|, without noise.
  package func traceLatent(
    _ batch: Batch, in trace: inout ModelTrace
  ) -> (z: Value, logDeterminant: Value) {
    let (z, logDeterminant) = couplings.trace(
      batch.targets, condition: batch.condition, isInverse: false, in: &trace)
    return (z, logDeterminant)
  }

  /// x and log|det ∂x/∂z|.
  package func tracePositions(
    _ latent: Value, condition: Value, in trace: inout ModelTrace
  ) -> (x: Value, logDeterminant: Value) {
    let (x, logDeterminant) = couplings.trace(
      latent, condition: condition, isInverse: true, in: &trace)
    return (x, logDeterminant)
  }

  private func noisy(
    _ x: Value, _ deviation: Float, _ stream: RandomStream, in trace: inout ModelTrace
  ) -> Value {
    guard deviation > 0 else { return x }
    let columns = x.shape.columns
    let deviations = trace.constant(
      [Float](repeating: deviation, count: columns), Shape(1, columns))
    return trace.graph.jitter(x, deviations: deviations, clock: trace.clock, stream: stream)
  }
}
