package import Configuration

extension SystemConfiguration {
  /// Every setting, with its checks and what it is.
  package static let table = KeyTable(
    [
      Key("system", \.system, "what kind of model"),
      Key("seed", \.seed, "what all random numbers follow from"),
      Key(
        "precision", \.precision,
        "what matrix products of layers of more than 32768 weights multiply in training"),
      Key(
        "molecule", \.molecule,
        "a name, a formula, a file, or { atoms, charges, … }: columns, masses and charges"),
    ]
      + dataKeys + modelKeys + lossKeys + optimizerKeys + trainingKeys,
    rules: [
      Rule("data.split") { config in
        abs(config.data.split.reduce(0, +) - 1) < 1e-6 ? nil : "must have the sum 1"
      },
      Rule("model.layers") { config in
        config.model.hidden == 0 || config.model.hidden << config.model.layers <= 1 << 20
          ? nil : "makes layers of more than a million units from model.hidden"
      },
      Rule("model.couplings") { config in
        Double(config.model.couplings) * config.model.scaleBound < 80
          ? nil : "times model.scaleBound must stay below 80, or e^s can overflow"
      },
    ])

  private static let dataKeys: [Key<SystemConfiguration>] = [
    Key(
      "data.frame", \.data.frame,
      "coordinates: as in the data, of the centre of mass, or turned and scaled by the momenta"),
    Key(
      "data.independent", \.data.independent,
      "whether the last atom's position follows from the centre of mass and is not modelled"),
    Key("data.positions", \.data.positions, "the scaler of positions"),
    Key("data.momenta", \.data.momenta, "the scaler of momenta"),
    Key(
      "data.constants", \.data.constants, "what becomes of columns without variance"),
    Key(
      "data.features", \.data.features, "what the condition has besides momenta"),
    Key(
      "data.split", \.data.split,
      check: { $0.count == 3 && $0.allSatisfy { $0 > 0 } ? nil : "must be three parts above 0" },
      "parts of the rows for training, validation and test"),
    Key(
      "noise.positions", \.noise.positions, check: weight,
      "flow: deviation of noise on positions in each step, in the model's coordinates"),
    Key(
      "noise.momenta", \.noise.momenta, check: weight,
      "flow: deviation of noise on the condition in each step, in the model's coordinates"),
  ]

  private static let modelKeys: [Key<SystemConfiguration>] = [
    Key("model.encoder", \.model.encoder, check: widths, "widths of the encoder's hidden layers"),
    Key("model.decoder", \.model.decoder, check: widths, "widths of the decoder's hidden layers"),
    Key(
      "model.hidden", \.model.hidden, check: Limit.within(0...65_536),
      "where not 0: hidden layers of hidden, 2·hidden, 4·hidden …, and back in the decoder"),
    Key(
      "model.layers", \.model.layers, check: Limit.within(1...16),
      "how many layers model.hidden makes"),
    Key("model.latent", \.model.latent, check: Limit.within(1...65_536), "numbers in z"),
    Key("model.activation", \.model.activation, "the function of hidden layers"),
    Key(
      "model.encoderSeesCondition", \.model.encoderSeesCondition,
      "whether the encoder sees momenta besides positions"),
    Key(
      "model.couplings", \.model.couplings, check: Limit.within(1...1000),
      "flow: couplings, each followed by a flip"),
    Key("model.subnet", \.model.subnet, check: widths, "flow: hidden layers of each coupling"),
    Key("model.subnetActivation", \.model.subnetActivation, "flow: their function"),
    Key(
      "model.scaleBound", \.model.scaleBound, check: positive,
      "flow: the largest |s|; a coupling stretches by at most e^s"),
    Key(
      "model.conditionNetwork", \.model.conditionNetwork, check: widths,
      "latentFlow: layers that make the condition of the momenta"),
    Key(
      "model.autoencoder", \.model.autoencoder, check: widths,
      "twoStage: hidden layers of the first stage's encoder"),
    Key(
      "model.representation", \.model.representation, check: Limit.within(1...65_536),
      "twoStage: numbers in the first stage's representation"),
    Key(
      "model.components", \.model.components, check: Limit.within(1...256),
      "mixture: normals in the density"),
    Key(
      "model.leastDeviation", \.model.leastDeviation, check: Limit.within(1e-6...0.5),
      "mixture: the least deviation of a normal, in the model's coordinates"),
  ]

  private static let lossKeys: [Key<SystemConfiguration>] = [
    Key(
      "loss.reconstruction", \.loss.reconstruction, check: weight,
      "weight of the mean squared error"),
    Key("loss.absolute", \.loss.absolute, "absolute errors instead of squared ones"),
    Key(
      "loss.energy", \.loss.energy, check: weight,
      "weight of the difference of kinetic and potential energy"),
    Key("loss.energySquared", \.loss.energySquared, "((KE - PE)/KE)^2, or its root"),
    Key("loss.mre", \.loss.mre, check: weight, "weight of the relative error"),
    Key("loss.mreSquared", \.loss.mreSquared, "squares of relative errors, or their sizes"),
    Key("loss.kl", \.loss.kl, check: weight, "weight of the divergence (beta)"),
    Key(
      "loss.klWarmup", \.loss.klWarmup, check: Limit.notNegative,
      "epochs over which that weight grows from 0"),
  ]

  private static let optimizerKeys: [Key<SystemConfiguration>] = [
    Key(
      "optimizer.learningRate", \.optimizer.learningRate, check: positive,
      "the learning rate of Adam"),
    Key("optimizer.schedule", \.optimizer.schedule, "how the rate changes"),
    Key(
      "optimizer.warmup", \.optimizer.warmup, check: Limit.notNegative,
      "epochs over which the rate grows from 0"),
    Key(
      "optimizer.leastRate", \.optimizer.leastRate, check: weight,
      "where the rate stops falling"),
    Key(
      "optimizer.plateauPatience", \.optimizer.plateauPatience, check: Limit.positive,
      "plateau: epochs without improvement before the rate falls"),
    Key(
      "optimizer.plateauFactor", \.optimizer.plateauFactor, check: Limit.within(0.01...0.99),
      "plateau: what it is multiplied by"),
    Key(
      "optimizer.beta1", \.optimizer.beta1, check: Limit.within(0...0.9999),
      "decay of the first moment"),
    Key(
      "optimizer.beta2", \.optimizer.beta2, check: Limit.within(0...0.999999),
      "decay of the second moment"),
    Key("optimizer.epsilon", \.optimizer.epsilon, check: positive, "keeps its root from 0"),
    Key(
      "optimizer.weightDecay", \.optimizer.weightDecay, check: weight,
      "decoupled decay of weights (AdamW)"),
    Key("optimizer.l1", \.optimizer.l1, check: weight, "lambda of the sum of |w|"),
    Key("optimizer.l2", \.optimizer.l2, check: weight, "lambda of the sum of w^2"),
    Key(
      "optimizer.clipNorm", \.optimizer.clipNorm, check: weight,
      "the largest norm of the gradient; 0 does not clip"),
    Key(
      "optimizer.averaging", \.optimizer.averaging, check: Limit.within(0...0.99999),
      "decay of a moving average of the weights, used for predictions; 0 keeps none"),
  ]

  private static let trainingKeys: [Key<SystemConfiguration>] = [
    Key(
      "training.epochs", \.training.epochs, check: Limit.within(1...1_000_000),
      "passes over the training rows, for each stage"),
    Key("training.batch", \.training.batch, check: Limit.within(1...1 << 20), "rows of a step"),
    Key(
      "training.patience", \.training.patience, check: Limit.notNegative,
      "epochs without improvement before training stops; 0 never stops"),
    Key(
      "training.minDelta", \.training.minDelta, check: Limit.notNegative,
      "how much lower the validation loss must be to have improved"),
    Key("sampling.prior", \.prior, "where z comes from when positions are predicted"),
    Key(
      "checkpoint.everyMinutes", \.minutesBetweenCheckpoints, check: checkpointTime,
      "time between checkpoints"),
  ]

  /// What devices compute with in `Float`: 1e39 would be infinite there, and 1e-50 nothing.
  private static let positive: @Sendable (Double) -> String? = {
    Limit.positive($0) ?? Limit.float($0)
  }
  private static let weight: @Sendable (Double) -> String? = {
    Limit.notNegative($0) ?? Limit.float($0)
  }
  /// Up to a year.
  private static let checkpointTime: @Sendable (Double) -> String? = {
    Limit.positive($0) ?? ($0 <= 525_600 ? nil : "must be at most 525600")
  }

  private static let widths: @Sendable ([Int]) -> String? = {
    $0.allSatisfy { (1...65_536).contains($0) } ? nil : "must be widths from 1 to 65536"
  }
}
