package import Engine

/// Layers that are trained together, by one loss.
///
/// Positions and momenta are in the model's coordinates: *targets* and *conditions*.
package protocol TrainingStage: Sendable {
  /// The columns of targets and of conditions.
  var dimensions: Dimensions { get }
  /// The terms of the loss, in the order of their columns in metrics.
  var terms: [LossTerm] { get }

  /// Fills every term of `objective` for a batch.
  func traceLoss(_ batch: Batch, in trace: inout ModelTrace, _ objective: Objective)
}

/// A stage that predicts positions from momenta.
///
/// What else a model can do it says by conforming to `LatentSampler`, `LatentEncoder`,
/// `ConditionalDensity` or `Bijection`; whoever trains and evaluates models asks here for it.
package protocol Model: TrainingStage {
  /// Stages that are trained before, whose layers this one takes as they are.
  var earlierStages: [any TrainingStage] { get }

  /// What all samples for a condition have in common, computed once; without a sampler the
  /// prediction itself.
  func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value
}

extension Model {
  package var earlierStages: [any TrainingStage] { [] }

  /// Nil where a prediction is not random.
  package var sampler: (any LatentSampler)? { self as? any LatentSampler }
  /// Nil where z is standard normal by construction.
  package var encoder: (any LatentEncoder)? { self as? any LatentEncoder }
  package var density: (any ConditionalDensity)? { self as? any ConditionalDensity }
  package var bijection: (any Bijection)? { self as? any Bijection }

  /// All stages, in the order in which they are trained.
  package var stages: [any TrainingStage] { earlierStages + [self] }
}

/// A model whose predictions are random: each follows from a latent z.
package protocol LatentSampler: Sendable {
  /// The columns of z.
  var latentWidth: Int { get }
  /// What z is sampled from.
  var prior: LatentPrior { get }

  /// Targets from a latent and what samples share. No position enters.
  func traceSample(_ z: Value, shared: Value, in trace: inout ModelTrace) -> Value
}

extension LatentSampler {
  package var prior: LatentPrior { .standardNormal }
}

extension Model where Self: LatentSampler {
  package func traceShared(_ condition: Value, in trace: inout ModelTrace) -> Value { condition }
}

/// A model that learns what z is of each row.
package protocol LatentEncoder: Sendable {
  /// rows×2L: μ and log σ² of the latent given targets.
  func traceEncoder(_ batch: Batch, in trace: inout ModelTrace) -> Value
}

/// A model whose density of targets can be computed.
package protocol ConditionalDensity: Sendable {
  /// Makes −log p(targets | conditions) a term of an objective, without the noise of training.
  ///
  /// - Parameter shared: what all samples for a condition have in common.
  func traceLikelihood(
    of targets: Value, shared: Value, in trace: inout ModelTrace, as term: Objective.Term)
}

/// A model that is invertible: z follows from targets as targets follow from z.
package protocol Bijection: Sendable {
  /// z and log|det ∂z/∂x|, without the noise of training.
  func traceLatent(
    _ batch: Batch, in trace: inout ModelTrace
  ) -> (z: Value, logDeterminant: Value)
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
  /// What it is after the warm-up.
  package let weight: Float
  /// Epochs over which the weight grows from 0.
  package let warmup: Int

  /// As `metrics.csv` calls them, behind `train_` and `validation_`.
  package enum Name: String, CaseIterable, Sendable {
    case reconstruction, kl, energy, mre, nll
  }

  package init(_ name: Name, weight: Float, warmup: Int = 0) {
    (self.name, self.weight, self.warmup) = (name, weight, warmup)
  }

  /// The weight in an epoch, counted from 0.
  package func weight(inEpoch epoch: Int) -> Float {
    warmup > 0 ? weight * min(1, Float(epoch + 1) / Float(warmup)) : weight
  }
}

extension Objective {
  func term(_ name: LossTerm.Name) -> Term { term(name.rawValue) }
}
