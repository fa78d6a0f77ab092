import Configuration
package import Physics

/// Everything that defines a run, but for its data and the device.
package struct SystemConfiguration: Hashable, Sendable {
  package var system = System.cvae
  package var seed: UInt64 = 1
  package var precision = PrecisionName.fp32
  package var molecule = Molecule.carbonylSulfide
  package var data = Data()
  package var model = Layers()
  package var loss = Loss()
  package var noise = Noise()
  package var optimizer = Optimizer()
  package var training = Schedule()
  package var prior = Prior.aggregate
  package var minutesBetweenCheckpoints = 5.0

  package init() {}

  package enum System: String, ConfigurationChoice {
    case mixture, regression, cvae, twoStage, latentFlow, flow
  }

  /// What matrix products of wide layers multiply while a model is trained.
  package enum PrecisionName: String, ConfigurationChoice {
    case fp32, bf16, tf32
    case tf32x3 = "3xtf32"
  }

  /// How rows of the data become rows of the model.
  package struct Data: Hashable, Sendable {
    package var frame = FrameName.raw
    package var independent = false
    package var positions = ScalerName.standard
    package var momenta = ScalerName.standard
    package var constants = ConstantsName.drop
    package var features: [FeatureName] = []
    package var split: [Double] = [0.7, 0.15, 0.15]
  }

  /// Networks and their widths.
  package struct Layers: Hashable, Sendable {
    package var encoder = [128, 128]
    package var decoder = [128, 128]
    /// Where not 0: encoder and decoder have widths hidden·2ⁱ, i from 0 to layers − 1.
    package var hidden = 0
    package var layers = 3
    package var latent = 32
    package var activation = ActivationName.elu
    package var encoderSeesCondition = false
    package var couplings = 20
    package var subnet = [128, 128]
    package var subnetActivation = ActivationName.relu
    package var scaleBound = 2.0
    package var conditionNetwork = [64, 32]
    package var autoencoder = [64, 32]
    package var representation = 16
    package var components = 8
    package var leastDeviation = 1e-3
  }

  package struct Loss: Hashable, Sendable {
    package var reconstruction = 1.0
    package var absolute = false
    package var energy = 0.0
    package var energySquared = true
    package var mre = 0.0
    package var mreSquared = true
    package var kl = 1.0
    package var klWarmup = 0
  }

  package struct Noise: Hashable, Sendable {
    package var positions = 0.0
    package var momenta = 0.0
  }

  package struct Optimizer: Hashable, Sendable {
    package var learningRate = 1e-3
    package var schedule = ScheduleName.constant
    package var warmup = 0
    package var leastRate = 0.0
    package var plateauPatience = 10
    package var plateauFactor = 0.5
    package var beta1 = 0.9
    package var beta2 = 0.999
    package var epsilon = 1e-8
    package var weightDecay = 0.0
    package var l1 = 0.0
    package var l2 = 0.0
    package var clipNorm = 0.0
    package var averaging = 0.0
  }

  package struct Schedule: Hashable, Sendable {
    package var epochs = 200
    package var batch = 512
    package var patience = 0
    package var minDelta = 0.0
  }

  /// Where z comes from when positions are predicted; test positions are never encoded.
  package enum Prior: String, ConfigurationChoice {
    /// N(0, 1)
    case standardNormal
    /// A normal with the mean and the deviation of each latent over the training rows.
    case aggregate
    /// The latent distribution of a training row, drawn anew for each prediction.
    case trainingLatents
  }

  package enum FrameName: String, ConfigurationChoice { case raw, centred, canonical }

  package enum ScalerName: String, ConfigurationChoice {
    case standard, minmax
    case symmetric = "minmax-symmetric"
    case robust, none
  }

  package enum ConstantsName: String, ConfigurationChoice { case refuse, drop, zero }

  package enum FeatureName: String, ConfigurationChoice { case magnitudes, energies, angles }

  package enum ScheduleName: String, ConfigurationChoice { case constant, cosine, plateau }

  package enum ActivationName: String, ConfigurationChoice {
    case identity, relu, leakyRelu, elu, tanh, sigmoid, softplus, silu, gelu
  }

  /// Encoder widths: as listed, or hidden·2ⁱ.
  package var encoderWidths: [Int] { geometric ?? model.encoder }
  /// Decoder widths: as listed, or the encoder's in the opposite order.
  package var decoderWidths: [Int] { geometric?.reversed() ?? model.decoder }

  private var geometric: [Int]? {
    model.hidden > 0 ? (0..<model.layers).map { model.hidden << $0 } : nil
  }
}
