package import Datasets
import Engine
package import Models
import Physics

extension SystemConfiguration {
  /// The models of all stages, in the order in which they are trained; the last one predicts.
  package func stages(_ dimensions: Dimensions, physics: PhysicsMaps?) -> [any Model] {
    let activation = model.activation.function
    var position = PositionLoss()
    position.reconstruction = Float(loss.reconstruction)
    position.isAbsolute = loss.absolute
    (position.energy, position.isEnergySquared) = (Float(loss.energy), loss.energySquared)
    (position.relative, position.isRelativeSquared) = (Float(loss.mre), loss.mreSquared)
    position.physics = physics
    switch system {
    case .mixture:
      var network = MixtureNetwork(
        dimensions, hidden: decoderWidths, components: model.components, activation: activation,
        deviations: Float(model.leastDeviation)...max(3, 2 * Float(model.leastDeviation)))
      network.meanError = Float(loss.reconstruction)
      return [network]
    case .regression:
      return [
        Regression(dimensions, hidden: decoderWidths, activation: activation, loss: position)
      ]
    case .cvae:
      return [autoencoder(dimensions, activation, position)]
    case .twoStage:
      let first = Autoencoder(
        dimensions, hidden: model.autoencoder, representation: model.representation,
        activation: activation)
      var second = autoencoder(dimensions, activation, position)
      second.autoencoder = first
      return [first, second]
    case .latentFlow:
      var flow = LatentFlow(
        dimensions, encoder: encoderWidths, decoder: decoderWidths, latent: model.latent,
        conditionNetwork: model.conditionNetwork, couplings: model.couplings,
        subnet: model.subnet, subnetActivation: model.subnetActivation.function,
        bound: Float(model.scaleBound), activation: activation, loss: position)
      flow.divergence = Float(loss.kl)
      return [flow]
    case .flow:
      var flow = ConditionalFlow(
        dimensions, couplings: model.couplings, subnet: model.subnet,
        activation: model.subnetActivation.function, bound: Float(model.scaleBound))
      flow.positionNoise = Float(noise.positions)
      flow.momentumNoise = Float(noise.momenta)
      return [flow]
    }
  }

  private func autoencoder(
    _ dimensions: Dimensions, _ activation: Activation, _ loss: PositionLoss
  ) -> ConditionalVAE {
    var model = ConditionalVAE(
      dimensions, encoder: encoderWidths, decoder: decoderWidths, latent: self.model.latent,
      activation: activation, loss: loss)
    model.encoderSeesCondition = self.model.encoderSeesCondition
    model.divergence = Float(self.loss.kl)
    return model
  }

  /// How each stage is trained.
  package var trainingSettings: TrainingSettings {
    var settings = TrainingSettings()
    settings.seed = seed
    settings.precision = precision.format
    (settings.epochs, settings.batch) = (training.epochs, training.batch)
    settings.patience = training.patience > 0 ? training.patience : nil
    settings.minimumDelta = training.minDelta
    settings.divergenceWarmup = loss.klWarmup
    settings.optimizer.beta1 = Float(optimizer.beta1)
    settings.optimizer.beta2 = Float(optimizer.beta2)
    settings.optimizer.epsilon = Float(optimizer.epsilon)
    settings.optimizer.weightDecay = Float(optimizer.weightDecay)
    settings.optimizer.l1 = Float(optimizer.l1)
    settings.optimizer.l2 = Float(optimizer.l2)
    settings.optimizer.clipNorm = optimizer.clipNorm > 0 ? Float(optimizer.clipNorm) : nil
    settings.optimizer.averaging = optimizer.averaging > 0 ? Float(optimizer.averaging) : nil
    settings.learningRate.rate = optimizer.learningRate
    settings.learningRate.schedule =
      LearningRate.Schedule(rawValue: optimizer.schedule.rawValue) ?? .constant
    settings.learningRate.warmup = optimizer.warmup
    settings.learningRate.least = optimizer.leastRate
    settings.learningRate.plateauPatience = optimizer.plateauPatience
    settings.learningRate.plateauFactor = optimizer.plateauFactor
    return settings
  }

  /// How a table becomes what the models see.
  package var preparationSettings: PreparationSettings {
    var settings = PreparationSettings()
    settings.frame = Frame(rawValue: data.frame.rawValue) ?? .raw
    settings.positionScaler = ScalerKind(rawValue: data.positions.rawValue) ?? .standard
    settings.momentumScaler = ScalerKind(rawValue: data.momenta.rawValue) ?? .standard
    settings.features = data.features.compactMap { MomentumFeature(rawValue: $0.rawValue) }
    settings.independent = data.independent
    settings.constantPositions = ConstantPolicy(rawValue: data.constants.rawValue) ?? .drop
    settings.constantMomenta = settings.constantPositions
    return settings
  }
}

extension SystemConfiguration.PrecisionName {
  var format: ProductPrecision {
    switch self {
    case .fp32: .fp32
    case .bf16: .bf16
    case .tf32: .tf32
    case .tf32x3: .tf32x3
    }
  }
}

extension SystemConfiguration.ActivationName {
  var function: Activation {
    switch self {
    case .identity: .identity
    case .relu: .relu
    case .leakyRelu: .leakyRelu
    case .elu: .elu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .softplus: .softplus
    case .silu: .silu
    case .gelu: .gelu
    }
  }
}

extension Preparation {
  /// From the models' coordinates to positions and momenta whose energies can be compared.
  ///
  /// In the canonical frame those are its own: `Σ p'² = 1` is the energy of masses ½, and
  /// `Σ qᵢqⱼ/Q/r' = 1` that of charges `q/√Q`.
  package var physics: PhysicsMaps {
    let molecule = frame.molecule
    var masses = molecule.masses
    var charges = molecule.charges
    if frame.frame == .canonical {
      masses = masses.map { _ in 0.5 }
      charges = charges.map { $0 / frame.chargeProduct.squareRoot() }
    }
    return PhysicsMaps(
      positions: targets.affineMap(rows: molecule.width),
      momenta: conditions.affineMap(rows: molecule.width), masses: masses.map { Float($0) },
      charges: charges.map { Float($0) })
  }
}

extension Coordinates {
  /// The map to the frame's first `rows` columns, as a graph applies it.
  func affineMap(rows: Int) -> AffineMap {
    let (matrix, offset) = expansion
    return AffineMap(
      rows: rows, columns: count, matrix: matrix.prefix(rows * count).map { Float($0) },
      offset: offset.prefix(rows).map { Float($0) })
  }
}
