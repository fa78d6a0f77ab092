package import Configuration
import Datasets
import Engine
import Models

extension RunConfiguration {
  /// Every setting, with its checks and what it is. Those of a model belong to its family.
  package static let table = KindTable(
    Key("model.kind", \.kind, "model family"),
    kinds: ModelKind.families.map { kind($0) },
    common: [
      Key("seed", \.trainingSettings.seed, "random seed"),
      Key(
        "ensemble", \.ensemble, check: Limit.within(1...1000),
        "networks with the seeds `seed`, `seed` + 1 and so on, that predict together"),
      Key(
        "precision", \.trainingSettings.precision,
        "number format in training of matrix products of layers of more than 32768 weights"),
      Key(
        "molecule", \.molecule,
        "a name, a formula, a file, or { atoms, charges, … }: columns, masses and charges"),
    ] + dataKeys + optimizerKeys + trainingKeys,
    renamed: [
      "system": "model.kind", "model.leastDeviation": "model.minStandardDeviation",
      "optimizer.leastRate": "optimizer.minLearningRate",
    ])

  /// In JSON5, which reads back as the same configuration.
  package var text: String { Self.table.table(of: self).text(of: self, about: false) }

  private static func kind<Family: ModelFamily>(
    _ family: Family.Type
  ) -> KindTable<RunConfiguration>.Kind {
    KindTable.Kind(
      Family.kind, Family.about, initial: RunConfiguration(ModelKind(family)),
      keys: Family.keys.map { key in
        Key(key, get: { $0[Family.self] }, set: { $0[Family.self] = $1 })
      })
  }

  private static let dataKeys: [Key<RunConfiguration>] = [
    Key(
      "data.frame", \.preparationSettings.frame,
      "coordinates: raw, relative to the center of mass, or rotated and scaled by the momenta"),
    Key(
      "data.independent", \.preparationSettings.independent,
      "whether the heaviest atom's position is left out and follows from the center of mass"),
    Key("data.positions", \.preparationSettings.positionScaler, "scaler of positions"),
    Key("data.momenta", \.preparationSettings.momentumScaler, "scaler of momenta"),
    Key(
      "data.constants", \.preparationSettings.constants, "what happens to constant columns"),
    Key(
      "data.features", \.preparationSettings.features,
      "features of the condition besides the momenta"),
    Key(
      "data.split", \.data.split,
      check: {
        $0.count == 3 && $0[0] > 0 && $0[1] > 0 && $0[2] >= 0
          ? nil : "must be three parts, the first two above 0"
      },
      "fractions of the rows for training, validation and test; that for test may be 0"),
    Key(
      "data.seed", \.data.seed.orZero, "random seed of `data.split`; 0 for `seed`"),
  ].ruled("data.split") {
    abs($0.data.split.reduce(0, +) - 1) < 1e-6 ? nil : "must have the sum 1"
  }

  private static let optimizerKeys =
    [
      Key(
        "optimizer.learningRate", \LearningRate.rate, check: Limit.positiveFloat,
        "learning rate of Adam"),
      Key("optimizer.schedule", \.schedule, "schedule of the learning rate"),
      Key(
        "optimizer.warmup", \.warmup, check: Limit.notNegative,
        "epochs over which the learning rate grows from 0"),
      Key(
        "optimizer.minLearningRate", \.minimum, check: Limit.notNegativeFloat,
        "minimum learning rate"),
      Key(
        "optimizer.plateauPatience", \.plateauPatience, check: Limit.positive,
        "plateau: epochs without improvement before the learning rate falls"),
      Key(
        "optimizer.plateauFactor", \.plateauFactor, check: Limit.within(0.01...0.99),
        "plateau: factor of the learning rate when it falls"),
    ].within(\RunConfiguration.trainingSettings.learningRate)
    + [
      Key(
        "optimizer.beta1", \OptimizerSettings.beta1, check: Limit.within(0...0.9999),
        "decay of the first moment of Adam"),
      Key(
        "optimizer.beta2", \.beta2, check: Limit.within(0...0.999999),
        "decay of the second moment of Adam"),
      Key(
        "optimizer.epsilon", \.epsilon, check: Limit.positive,
        "added to the square root of the second moment"),
      Key(
        "optimizer.weightDecay", \.weightDecay, check: Limit.notNegative,
        "decoupled weight decay (AdamW)"),
      Key(
        "optimizer.l1", \.l1, check: Limit.notNegative,
        "factor of the L1 penalty, the sum of |w|"),
      Key(
        "optimizer.l2", \.l2, check: Limit.notNegative,
        "factor of the L2 penalty, the sum of w^2"),
      Key(
        "optimizer.clipNorm", \.clipNorm.orZero, check: Limit.notNegative,
        "largest norm of the gradient; 0 does not clip"),
      Key(
        "optimizer.averaging", \.averaging.orZero, check: Limit.within(0...0.99999),
        "decay of a moving average of the weights, used for predictions; 0 for none"),
    ].within(\RunConfiguration.trainingSettings.optimizer)

  private static let trainingKeys: [Key<RunConfiguration>] = [
    Key(
      "training.epochs", \.trainingSettings.epochs, check: Limit.within(1...1_000_000),
      "passes over the training rows, for each stage"),
    Key(
      "training.batch", \.trainingSettings.batch, check: Limit.within(1...1 << 20),
      "rows of a training step"),
    Key(
      "training.patience", \.trainingSettings.patience.orZero, check: Limit.notNegative,
      "epochs without improvement before training stops; 0 never stops"),
    Key(
      "training.minDelta", \.trainingSettings.minimumDelta, check: Limit.notNegative,
      "smallest decrease of the validation loss that restarts `training.patience`"),
    Key(
      "training.maxMinutes", \.trainingSettings.maxMinutes.orZero, check: Limit.notNegative,
      "minutes of training, all starts of the run together, after which it ends; 0 never ends it"),
    Key(
      "checkpoint.everyMinutes", \.minutesBetweenCheckpoints, check: checkpointTime,
      "time between checkpoints; a new best is saved within a minute"),
    Key(
      "checkpoint.keep", \.trainingSettings.keptEpochs, check: Limit.within(0...1000),
      "how many of the best epochs keep a file of their own, checkpoints/epoch-0012.safetensors"),
  ]

  /// Up to a year.
  private static let checkpointTime: @Sendable (Double) -> String? = {
    Limit.positive($0) ?? ($0 <= 525_600 ? nil : "must be at most 525600")
  }
}

extension Optional where Wrapped: Comparable & Numeric {
  /// As configurations have it: 0 for nil.
  fileprivate var orZero: Wrapped {
    get { self ?? 0 }
    set { self = newValue > 0 ? newValue : nil }
  }
}

extension PreparationSettings {
  /// What happens to constant columns, of positions and momenta alike.
  fileprivate var constants: ConstantPolicy {
    get { constantPositions }
    set { (constantPositions, constantMomenta) = (newValue, newValue) }
  }
}
