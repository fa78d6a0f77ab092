package import Configuration

/// A kind of model: its settings, and the model that they make.
///
/// A family is the one place that knows its keys. It is chosen by `model.kind`, and has a row in
/// `ModelKind.families`.
package protocol ModelFamily: Hashable, Sendable {
  /// What `model.kind` calls it.
  static var kind: String { get }
  /// One line, without a full stop.
  static var about: String { get }
  /// Every key that it reads, under its full name.
  static var keys: [Key<Self>] { get }

  /// All keys at their defaults.
  init()

  /// What data of these widths lack for such a model, as in "couplings need two target columns".
  func fault(of dimensions: Dimensions) -> String?

  /// - Parameter physics: from the model's coordinates to those in which energies are compared.
  func model(_ dimensions: Dimensions, physics: PhysicsMaps) -> any Model
}

extension ModelFamily {
  package func fault(of dimensions: Dimensions) -> String? { nil }
}

/// The name of a family, as a configuration has it.
package struct ModelKind: ConfigurationChoice, Hashable {
  /// Every family of models: one row for each, the default first.
  package static let families: [any ModelFamily.Type] = [
    MixtureNetwork.Settings.self,
    Regression.Settings.self,
    ConditionalVAE.Settings.self,
    TwoStageVAE.Settings.self,
    LatentFlow.Settings.self,
    ConditionalFlow.Settings.self,
  ]

  package let family: any ModelFamily.Type

  package static var allCases: [ModelKind] { families.map { ModelKind($0) } }

  package init(_ family: any ModelFamily.Type) { self.family = family }

  package var choiceName: String { family.kind }

  package static func == (a: ModelKind, b: ModelKind) -> Bool { a.choiceName == b.choiceName }
  package func hash(into hasher: inout Hasher) { hasher.combine(choiceName) }
}
