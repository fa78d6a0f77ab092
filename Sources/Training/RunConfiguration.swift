import Configuration
package import Datasets
package import Engine
package import Models
package import Physics

/// Everything that defines a run, but for its data and the device.
package struct RunConfiguration: Sendable {
  /// The family of the model, with its settings.
  package var model: any ModelFamily
  /// How each stage is trained.
  package var trainingSettings = TrainingSettings()
  /// How a table becomes what the model sees.
  package var preparationSettings: PreparationSettings
  package var molecule = Molecule.carbonylSulfide
  package var data = Data()
  package var minutesBetweenCheckpoints = 5.0
  /// Networks that differ in their seed alone, and predict together.
  package var ensemble = 1

  /// All keys at their defaults.
  package init(_ kind: ModelKind) {
    model = kind.family.init()
    preparationSettings = PreparationSettings()
    (preparationSettings.frame, preparationSettings.independent) = (.raw, false)
  }

  /// The random seed.
  package var seed: UInt64 { trainingSettings.seed }
  /// The random seed by which rows are divided.
  package var splitSeed: UInt64 { data.seed ?? seed }

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

  package struct Data: Hashable, Sendable {
    package var split: [Double] = [0.7, 0.15, 0.15]
    /// Nil for that of the run.
    package var seed: UInt64?
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
