package import Engine
import Text

/// A network whose output is a density: a mixture of normals around the positions that momenta
/// allow.
///
///     −log Σⱼ πⱼ(c) N(x; μⱼ(c), σⱼ(c)²)
///
/// Most momenta have one, two or four exact geometries. Each is a component; π is how probable it
/// is, and σ how well the momenta, or the network, know it.
package struct MixtureNetwork: Model {
  package var dimensions: Dimensions
  package var hidden: [Int]
  package var activation: Activation
  /// The weight of the squared error of the density's mean.
  package var meanError: Float = 0
  private let mixture: Mixture

  /// - Parameter deviations: what σ may be, in the model's coordinates.
  package init(
    _ dimensions: Dimensions, hidden: [Int], components: Int, activation: Activation,
    deviations: ClosedRange<Float>
  ) {
    (self.dimensions, self.hidden, self.activation) = (dimensions, hidden, activation)
    mixture = Mixture(
      components: components, columns: dimensions.targets, deviations: deviations)
  }

  package var terms: [LossTerm] {
    [LossTerm(.nll, weight: 1)]
      + (meanError > 0 ? [LossTerm(.reconstruction, weight: meanError)] : [])
  }
  package var latentWidth: Int { mixture.latentWidth }

  package func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value? { nil }

  /// The density itself.
  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value {
    trace.network(
      [condition.all], hidden: hidden, width: mixture.width, name: "density",
      activation: activation)
  }

  package func traceDraw(latent: Value?, shared: Value, in trace: inout ModelTrace) -> Value {
    guard let latent else { preconditionFailure("a draw from a mixture without chance") }
    return trace.graph.mixtureDraw(shared, z: latent, mixture)
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let density = traceShared(batch.condition, in: &trace)
    trace.graph.mixtureLikelihood(
      density, of: batch.targets, mixture, as: objective.term(.nll))
    if meanError > 0 {
      trace.graph.mixtureMeanError(
        density, of: batch.targets, mixture, as: objective.term(.reconstruction))
    }
  }
}
