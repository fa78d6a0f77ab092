package import Configuration
package import Engine
import Randomness

/// A conditional invertible network (Ardizzone et al. 2019), trained on the likelihood of positions
/// given momenta.
///
///     z = f(x; c),   −log p(x | c) = ½|z|² + ½ n ln 2π − log|det ∂z/∂x|
///
/// A density of noise-free events has no finite optimum: positions, and momenta, get noise of the
/// given standard deviations, in the model's coordinates, anew in each step.
package struct ConditionalFlow: Model, LatentSampler, ConditionalDensity, Bijection {
  package let dimensions: Dimensions
  let settings: Settings

  package struct Settings: ModelFamily {
    package static let kind = "flow"
    package static let about = "conditional invertible network (Ardizzone et al. 2019)"

    package var couplings = Couplings()
    package var positionNoise = 0.0
    package var momentumNoise = 0.0

    package static let keys =
      Couplings.keys.within(\Settings.couplings)
      + [
        Key(
          "noise.positions", \Settings.positionNoise, check: Limit.notNegativeFloat,
          "standard deviation of noise on positions in each step, in the model's coordinates"),
        Key(
          "noise.momenta", \Settings.momentumNoise, check: Limit.notNegativeFloat,
          "standard deviation of noise on the condition in each step, in the model's coordinates"),
      ]

    package init() {}

    package func fault(of dimensions: Dimensions) -> String? {
      dimensions.targets > 1 ? nil : "couplings need two target columns at least"
    }

    package func model(_ dimensions: Dimensions, physics: PhysicsMaps) -> any Model {
      ConditionalFlow(dimensions: dimensions, settings: self)
    }
  }

  package var terms: [LossTerm] { [LossTerm(.nll, weight: 1)] }
  package var latentWidth: Int { dimensions.targets }

  package func traceSample(_ z: Value, shared: Value, in trace: inout ModelTrace) -> Value {
    settings.couplings.trace(z, condition: shared, isInverse: true, in: &trace).y
  }

  package func traceLatent(
    _ batch: Batch, in trace: inout ModelTrace
  ) -> (z: Value, logDeterminant: Value) {
    let flow = settings.couplings.trace(
      batch.targets, condition: batch.condition, isInverse: false, in: &trace)
    return (flow.y, flow.logDeterminant)
  }

  package func traceLikelihood(
    of targets: Value, shared: Value, in trace: inout ModelTrace, as term: Objective.Term
  ) {
    let z = traceLatent(Batch(targets: targets, condition: shared), in: &trace)
    trace.graph.normalLikelihood(z.z, logDeterminant: z.logDeterminant, as: term)
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let x = noisy(batch.targets, settings.positionNoise, .dataNoise, in: &trace)
    let c = noisy(batch.condition, settings.momentumNoise, .conditionNoise, in: &trace)
    traceLikelihood(of: x, shared: c, in: &trace, as: objective.term(.nll))
  }

  private func noisy(
    _ x: Value, _ deviation: Double, _ stream: RandomStream, in trace: inout ModelTrace
  ) -> Value {
    guard deviation > 0 else { return x }
    let columns = x.shape.columns
    let deviations = trace.constant(
      Array(repeating: Float(deviation), count: columns), Shape(1, columns))
    return trace.graph.jitter(x, deviations: deviations, clock: trace.clock, stream: stream)
  }
}
