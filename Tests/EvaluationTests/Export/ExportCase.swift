import Configuration
import Datasets
import Engine
import Models
import Physics
import Records
import ShippedConfigurations

@testable import Evaluation
@testable import Training

/// A model to be exported: a shipped configuration, after a few steps on simulated explosions, with
/// what a test changes.
struct ExportCase {
  private(set) var title: String
  private(set) var model: SavedModel

  struct Unknown: Error {}

  init(_ name: String, _ changes: [String: String] = [:], rows: Int = 600) throws {
    guard let shipped = ShippedConfiguration.all.first(where: { $0.name == name }) else {
      throw Unknown()
    }
    let changed = changes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    title = ([name] + changed).joined(separator: " ")
    let configuration = try RunConfiguration.table.resolve(
      files: [ConfigurationFile(shipped.bytes, path: name)],
      assignments: changes.map { Assignment($0.key, $0.value) }
    ).config
    model = try Self.train(configuration, on: Self.explosions(rows: rows, seed: 7))
  }

  /// Every shipped configuration, and what none of them has.
  static func all() throws -> [ExportCase] {
    let features = ["data.features": "['magnitudes', 'energies', 'angles']"]
    return try ShippedConfiguration.all.map { try ExportCase($0.name) } + [
      ExportCase("default", features),
      ExportCase("default", features.merging(["data.frame": "centered"]) { $1 }),
      ExportCase("default", ["data.independent": "false", "data.positions": "minmax"]),
      ExportCase("default", ["model.components": "1", "data.constants": "zero"]),
      ExportCase("default", ["model.kind": "regression", "data.momenta": "robust"]),
      ExportCase("default").decided, ExportCase("cinn-proposal", ["data.frame": "canonical"]),
    ]
      + Activation.allCases.map {
        try ExportCase("cvae-report", ["model.activation": $0.choiceName])
      }
  }

  /// With components of hardly any share, the first and the last among them.
  private var decided: ExportCase {
    var result = self
    result.title += " decided"
    result.model.parameters = model.parameters.map { array in
      guard array.name == "density.out.bias" else { return array }
      let elements = array.elements.enumerated().map { [0, 3, 7].contains($0) ? $1 - 60 : $1 }
      return NamedArray(name: array.name, shape: array.shape, elements: elements)
    }
    return result
  }

  static func explosions(rows: Int, seed: UInt64) throws -> Table<Float> {
    let generator = try DataSetGenerator(.random(RandomFamily()), seed: seed)
    var numbers = [Double](repeating: 0, count: rows * generator.width)
    numbers.withUnsafeMutableBufferPointer { _ = generator.makeRows(0..<rows, into: $0) }
    let table = Table<Float>(columns: generator.columns, rows: rows)
    for (i, x) in numbers.enumerated() { table.values[i] = Float(x) }
    return table
  }

  static func train(
    _ configuration: RunConfiguration, on table: Table<Float>
  ) throws -> SavedModel {
    let split = try Split(rows: table.rows, seed: 1)
    let preparation = try Preparation(
      fittedTo: table, rows: split.training, settings: configuration.preparationSettings)
    var model = SavedModel(
      configuration, preparation: preparation,
      data: DataIdentity(file: "rows", fingerprint: table.fingerprint, rows: table.rows))
    let data = TrainingData(
      try preparation.prepare(table, rows: split.training),
      validation: try preparation.prepare(table, rows: split.validation))
    let device = CPUDevice<Float>(threads: 1)
    let settings = configuration.trainingSettings
    for stage in model.model.stages {
      let plan = StagePlan(stage, data: data, settings: settings)
      let program = try StageProgram(plan, data: data, device: device)
      try program.load(frozen: model.parameters)
      try program.initialize(seed: settings.seed)
      try program.prepare(epoch: 0, rateFactor: 1)
      for _ in 0..<4 { try program.training.program.run() }
      model.parameters += program.named(try program.predictionParameters())
    }
    model.latent = try LatentDistribution(
      of: model.model, parameters: model.parameters, data: data, device: device)
    return model
  }
}
