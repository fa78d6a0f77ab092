package import Datasets
import Engine

extension RunConfiguration {
  /// How each stage is trained.
  package var trainingSettings: TrainingSettings {
    var settings = TrainingSettings()
    settings.seed = seed
    settings.precision = precision
    (settings.epochs, settings.batch) = (training.epochs, training.batch)
    settings.patience = training.patience > 0 ? training.patience : nil
    settings.minimumDelta = training.minDelta
    settings.optimizer.beta1 = Float(optimizer.beta1)
    settings.optimizer.beta2 = Float(optimizer.beta2)
    settings.optimizer.epsilon = Float(optimizer.epsilon)
    settings.optimizer.weightDecay = Float(optimizer.weightDecay)
    settings.optimizer.l1 = Float(optimizer.l1)
    settings.optimizer.l2 = Float(optimizer.l2)
    settings.optimizer.clipNorm = optimizer.clipNorm > 0 ? Float(optimizer.clipNorm) : nil
    settings.optimizer.averaging = optimizer.averaging > 0 ? Float(optimizer.averaging) : nil
    settings.learningRate.rate = optimizer.learningRate
    settings.learningRate.schedule = optimizer.schedule
    settings.learningRate.warmup = optimizer.warmup
    settings.learningRate.least = optimizer.leastRate
    settings.learningRate.plateauPatience = optimizer.plateauPatience
    settings.learningRate.plateauFactor = optimizer.plateauFactor
    return settings
  }

  /// How a table becomes what the models see.
  package var preparationSettings: PreparationSettings {
    var settings = PreparationSettings()
    settings.frame = data.frame
    settings.positionScaler = data.positions
    settings.momentumScaler = data.momenta
    settings.features = data.features
    settings.independent = data.independent
    (settings.constantPositions, settings.constantMomenta) = (data.constants, data.constants)
    return settings
  }
}
