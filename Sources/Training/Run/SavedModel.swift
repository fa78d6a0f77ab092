import Configuration
package import Datasets
package import Models
package import Records
import Text

/// A trained model as a file has it: everything that predicting needs, and what it came from.
package struct SavedModel: Sendable {
  package var configuration: RunConfiguration
  package var preparation: Preparation
  package var data: DataIdentity
  /// Of all stages, by name.
  package var parameters: [NamedArray] = []
  /// Nil until training has ended.
  package var latent: LatentDistribution?
  /// Those that predict with it, in an ensemble.
  var others: [Network] = []
  /// The mean of the training rows' positions, bohr: what a prediction must be better than. Empty
  /// where the file does not say.
  package var meanPositions: [Float] = []
  /// What the momenta of the training rows are like; nil where the file does not say.
  package var range: TrainingRange?
  /// The relative noise of the momenta of training; nil where the file does not say, and where it
  /// could not be told.
  package var momentumNoise: Double?
  /// The epoch that the parameters are of, over all stages.
  package var epoch = 0

  /// What differs between the networks of an ensemble.
  package struct Network: Sendable {
    var parameters: [NamedArray]
    var latent: LatentDistribution?
    var epoch: Int
  }

  package init(
    _ configuration: RunConfiguration, preparation: Preparation, data: DataIdentity
  ) {
    (self.configuration, self.preparation, self.data) = (configuration, preparation, data)
  }

  /// The model that predicts, without its parameters.
  package var model: any Model {
    configuration.model.model(
      Dimensions(targets: preparation.targets.count, conditions: preparation.conditions.count),
      physics: preparation.physics)
  }

  /// - Parameter more: what else shall be said of it.
  package func writer(adding more: [String: String] = [:]) -> SafetensorsWriter {
    var writer = SafetensorsWriter(metadata: metadata.merging(more) { first, _ in first })
    own.add(to: &writer, prefix: "")
    for (index, network) in others.enumerated() {
      network.add(to: &writer, prefix: Network.prefix(index + 2))
    }
    if !meanPositions.isEmpty {
      writer.add("data.mean_positions", shape: [meanPositions.count], meanPositions)
    }
    range?.add(to: &writer)
    PreparationRecord.add(preparation.values, to: &writer)
    return writer
  }

  package init(_ file: SafetensorsFile) throws {
    guard let text = file.metadata["configuration"] else {
      throw Failure(
        in: file.path, "no model of Implode", hint: "name a run's folder or one of its checkpoints")
    }
    guard file.metadata["checkpoint.format"] == Self.format else {
      throw Failure(
        in: file.path, "was written by an earlier version of Implode, in another format",
        hint: "train the model again, with a configuration for this version")
    }
    configuration = try RunConfiguration.table.resolve(
      files: [ConfigurationFile(Array(text.utf8), path: "\(file.path) (configuration)")]
    ).config
    preparation = try Preparation(
      PreparationRecord.read(file), molecule: configuration.molecule)
    data = DataIdentity(
      file: file.metadata["data.file"] ?? "",
      fingerprint: file.metadata["data.fingerprint"] ?? "",
      rows: file.metadata["data.rows"].flatMap { Int($0) } ?? 0)
    data.names = try file.metadata["data.columns"].map { try ColumnNames($0) } ?? ColumnNames()
    data.units = try file.metadata["data.units"].map { try DataUnits($0) } ?? DataUnits()
    data.badRows = file.metadata["data.bad_rows"].flatMap(BadRowPolicy.init) ?? .error
    momentumNoise = file.metadata["data.momentum_noise"].flatMap { Double($0) }
    epoch = file.metadata["epoch"].flatMap { Int($0) } ?? 0
    meanPositions = try file["data.mean_positions"]?.elements() ?? []
    range = try TrainingRange(file)
    own = try Network(file, prefix: "", of: model, epoch: epoch)
    let epochs = file.metadata["epochs"]?.split(separator: " ").map { Int($0) ?? 0 } ?? [epoch]
    others = try zip(2..., epochs.dropFirst()).map { number, epoch in
      try Network(file, prefix: Network.prefix(number), of: model, epoch: epoch)
    }
  }

  /// Of the names and shapes in a file: changed when files of before can no longer be read.
  private static let format = "2"

  /// What there is beside the numbers.
  package var metadata: [String: String] {
    [
      "checkpoint.format": Self.format, "configuration": configuration.text,
      "data.file": data.file, "data.fingerprint": data.fingerprint,
      "data.rows": String(data.rows), "data.bad_rows": data.badRows.rawValue,
      "epoch": String(epoch),
    ].merging(
      others.isEmpty ? [:] : ["epochs": networks.map { "\($0.epoch)" }.joined(separator: " ")]
    ) { first, _ in first }
    .merging(
      ["data.columns": data.names.description, "data.units": data.units.description]
        .filter { !$1.isEmpty }
        .merging(momentumNoise.map { ["data.momentum_noise": "\($0)"] } ?? [:]) { first, _ in first
        }
    ) { first, _ in first }
    .merging(PreparationRecord.metadata(of: preparation.values)) { first, _ in first }
  }
}

extension TrainingRange {
  fileprivate func add(to writer: inout SafetensorsWriter) {
    writer.add("data.conditions", shape: [2, least.count], least + most)
    writer.add("data.events", shape: [3], [scales.lowerBound, scales.upperBound, drift])
  }

  /// Nil where the file has none: those of earlier versions.
  fileprivate init?(_ file: SafetensorsFile) throws {
    guard let conditions = file["data.conditions"], let events = file["data.events"] else {
      return nil
    }
    let (bounds, numbers) = (
      try conditions.elements(of: Float.self), try events.elements(of: Double.self)
    )
    guard numbers.count == 3, numbers[0] <= numbers[1] else { return nil }
    self.init(
      least: Array(bounds.prefix(bounds.count / 2)), most: Array(bounds.suffix(bounds.count / 2)),
      scales: numbers[0]...numbers[1], drift: numbers[2])
  }
}

/// Which table a run was trained on.
package struct DataIdentity: Hashable, Sendable {
  package var file: String
  package var fingerprint: String
  package var rows: Int
  /// What was done with rows that cannot be read: the fingerprint is that of the others.
  package var badRows = BadRowPolicy.error
  /// Other names that columns have in the file.
  package var names = ColumnNames()
  /// Those of the file; the fingerprint is that of its values in atomic units.
  package var units = DataUnits()

  package init(file: String, fingerprint: String, rows: Int) {
    (self.file, self.fingerprint, self.rows) = (file, fingerprint, rows)
  }
}
