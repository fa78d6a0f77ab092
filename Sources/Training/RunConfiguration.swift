import Configuration
package import Datasets
package import Engine
package import Models
package import Physics

/// Everything that defines a run, but for its data and the device.
package struct RunConfiguration: Sendable {
  /// The family of the model, with its settings.
  package var model: any ModelFamily
  package var seed: UInt64 = 1
  package var precision = ProductPrecision.fp32
  package var molecule = Molecule.carbonylSulfide
  package var data = Data()
  package var optimizer = Optimizer()
  package var training = Schedule()
  package var minutesBetweenCheckpoints = 5.0

  /// All keys at their defaults.
  package init(_ kind: ModelKind) { model = kind.family.init() }

  /// The kind of the model. Another one has all its keys at their defaults.
  package var kind: ModelKind {
    get { ModelKind(type(of: model)) }
    set { if newValue != kind { model = newValue.family.init() } }
  }

  /// The settings of a family: the model's, where it is of this family, or the defaults.
  package subscript<Family: ModelFamily>(_ family: Family.Type) -> Family {
    get { model as? Family ?? Family() }
    set { model = newValue }
  }

  /// How rows of the data become rows of the model.
  package struct Data: Hashable, Sendable {
    package var frame = Frame.raw
    package var independent = false
    package var positions = ScalerKind.standard
    package var momenta = ScalerKind.standard
    package var constants = ConstantPolicy.drop
    package var features: [MomentumFeature] = []
    package var split: [Double] = [0.7, 0.15, 0.15]
  }

  package struct Optimizer: Hashable, Sendable {
    package var learningRate = 1e-3
    package var schedule = LearningRate.Schedule.constant
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
}

extension ProductPrecision: ConfigurationChoice {
  package var choiceName: String { name }
}

extension Frame: ConfigurationChoice {}
extension ScalerKind: ConfigurationChoice {}
extension ConstantPolicy: ConfigurationChoice {}
extension MomentumFeature: ConfigurationChoice {}
extension LearningRate.Schedule: ConfigurationChoice {}
