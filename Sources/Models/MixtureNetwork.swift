package import Configuration
package import Engine
import Text

/// A mixture density network (Bishop 1994): its output is a mixture of normal distributions of the
/// positions.
///
///     −log Σⱼ πⱼ(c) N(x; μⱼ(c), σⱼ(c)²)
///
/// Most momenta have one, two or four exact geometries. A component is near each of them: π is its
/// probability, and σ its uncertainty.
package struct MixtureNetwork: Model, LatentSampler, ConditionalDensity {
  package let dimensions: Dimensions
  private let settings: Settings
  private let mixture: Mixture

  package struct Settings: ModelFamily {
    package static let kind = "mixture"
    package static let about = "mixture density network (Bishop 1994)"

    package var layers = HiddenLayers()
    package var components = 8
    package var minStandardDeviation = 1e-3
    /// The weight of the squared error of the density's mean.
    package var meanError = 1.0

    package static let keys =
      HiddenLayers.decoderKeys.within(\Settings.layers)
      + [
        Key(
          "model.components", \Settings.components, check: Limit.within(1...256),
          "number of mixture components"),
        Key(
          "model.minStandardDeviation", \Settings.minStandardDeviation,
          check: Limit.within(1e-6...0.5),
          "minimum standard deviation of a component, in the model's coordinates"),
        Key(
          "loss.reconstruction", \Settings.meanError, check: Limit.notNegativeFloat,
          "weight of the squared error of the density's mean"),
      ]

    package init() {}

    /// The minimum and maximum standard deviation of a component.
    package var deviations: ClosedRange<Float> {
      Float(minStandardDeviation)...max(3, 2 * Float(minStandardDeviation))
    }

    package func model(_ dimensions: Dimensions, physics: PhysicsMaps) -> any Model {
      MixtureNetwork(dimensions, self)
    }
  }

  private init(_ dimensions: Dimensions, _ settings: Settings) {
    (self.dimensions, self.settings) = (dimensions, settings)
    mixture = Mixture(
      components: settings.components, columns: dimensions.targets,
      deviations: settings.deviations)
  }

  package var terms: [LossTerm] {
    [LossTerm(.nll, weight: 1)]
      + (settings.meanError > 0
        ? [LossTerm(.reconstruction, weight: Float(settings.meanError))] : [])
  }
  package var latentWidth: Int { mixture.latentWidth }

  /// The density itself.
  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value {
    settings.layers.decode([condition.all], width: mixture.width, name: "density", in: &trace)
  }

  package func traceSample(_ z: Value, shared: Value, in trace: inout ModelTrace) -> Value {
    trace.graph.mixtureSample(shared, z: z, mixture)
  }

  package func traceLikelihood(
    of targets: Value, shared: Value, in trace: inout ModelTrace, as term: Objective.Term
  ) {
    trace.graph.mixtureLikelihood(shared, of: targets, mixture, as: term)
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let density = traceShared(batch.condition, in: &trace)
    traceLikelihood(of: batch.targets, shared: density, in: &trace, as: objective.term(.nll))
    if settings.meanError > 0 {
      trace.graph.mixtureMeanError(
        density, of: batch.targets, mixture, as: objective.term(.reconstruction))
    }
  }
}
