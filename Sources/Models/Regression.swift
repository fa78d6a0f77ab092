package import Configuration
package import Engine

/// A network that predicts the mean of the positions for given momenta, without uncertainty.
package struct Regression: Model {
  package let dimensions: Dimensions
  let settings: Settings
  let physics: PhysicsMaps

  package struct Settings: ModelFamily {
    package static let kind = "regression"
    package static let about = "network that predicts one geometry for each event"

    package var layers = HiddenLayers()
    package var loss = PositionLoss()

    package static let keys =
      HiddenLayers.decoderKeys.within(\Settings.layers) + PositionLoss.keys.within(\Settings.loss)

    package init() {}

    package func model(_ dimensions: Dimensions, physics: PhysicsMaps) -> any Model {
      Regression(dimensions: dimensions, settings: self, physics: physics)
    }
  }

  package var terms: [LossTerm] { settings.loss.terms }

  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value {
    settings.layers.decode([condition.all], width: dimensions.targets, in: &trace)
  }

  package func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective) {
    let prediction = traceShared(batch.condition, in: &trace)
    settings.loss.trace(prediction, batch, physics: physics, in: &trace, objective)
  }
}
