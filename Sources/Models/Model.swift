package import Engine

/// A system that learns positions from momenta: what it minimises, and how it predicts.
///
/// All systems are trained and judged by the same loop. Positions and momenta are in the model's
/// coordinates: *targets* and *conditions*.
package protocol Model: Sendable {
  /// The columns of targets and of conditions.
  var dimensions: Dimensions { get }
  /// The terms of the loss, in the order of their columns in metrics.
  var terms: [LossTerm] { get }
  /// The columns of the latent z that predictions start from; 0 where nothing is drawn.
  var latentWidth: Int { get }
  /// Layers that an earlier stage has trained and this one takes as given: how their names begin.
  var frozen: String? { get }

  /// The same model, of data as they are where training adds noise to them.
  var withoutNoise: any Model { get }

  /// Fills every term of `objective` for a batch.
  func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective)

  /// rows×2L: μ and log σ² of the latent given targets; nil where z is standard normal as it is.
  func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value?

  /// What all draws for a condition have in common: computed once, however many there are.
  func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value

  /// Targets from a latent and what draws share. No position enters.
  func traceDraw(latent: Value?, shared: Value, in trace: inout ModelTrace) -> Value
}

extension Model {
  package var frozen: String? { nil }
  package var withoutNoise: any Model { self }
  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value { condition }

  /// Targets from a latent and a condition.
  package func traceDecoder(
    latent: Value?, condition: Value, in trace: inout ModelTrace
  ) -> Value {
    let shared = traceShared(condition, in: &trace)
    return traceDraw(latent: latent, shared: shared, in: &trace)
  }
}

/// Widths of a model's data.
package struct Dimensions: Hashable, Sendable {
  package let targets: Int
  package let conditions: Int

  package init(targets: Int, conditions: Int) {
    (self.targets, self.conditions) = (targets, conditions)
  }
}

/// Rows of the data set as a graph sees them.
package struct Batch: Hashable, Sendable {
  package let targets, condition: Value

  package init(targets: Value, condition: Value) {
    (self.targets, self.condition) = (targets, condition)
  }
}

/// A part of the loss: Σ weight · mean of the term.
package struct LossTerm: Hashable, Sendable {
  package let name: Name
  package let weight: Float

  /// As `metrics.csv` calls them, behind `train_` and `validation_`.
  package enum Name: String, CaseIterable, Sendable {
    case reconstruction, kl, energy, mre, nll
  }

  package init(_ name: Name, weight: Float) { (self.name, self.weight) = (name, weight) }
}

extension Objective {
  func term(_ name: LossTerm.Name) -> Term { term(name.rawValue) }
}
