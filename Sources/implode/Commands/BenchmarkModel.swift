import Configuration
import Datasets
import Models
import Physics
import ShippedConfigurations
import Training

/// A configuration with simulated rows to train it on.
struct BenchmarkModel {
  let name: String
  let plan: RunPlan
  let stage: StagePlan

  /// Rows to train on; more do not change a step.
  private static let rows = 65_536

  /// Those of some configurations, or of all that come with the program.
  static func all(
    _ names: [String], assignments: [Assignment], batch: Int?
  ) throws -> [BenchmarkModel] {
    try (names.isEmpty ? ShippedConfiguration.all.map(\.name) : names).map {
      try BenchmarkModel($0, assignments: assignments, batch: batch)
    }
  }

  init(_ name: String, assignments: [Assignment], batch: Int?) throws {
    self.name = name
    var options = TrainOptions()
    (options.config, options.assignments) = (name, assignments)
    var configuration = try options.resolve(nil).config
    if let batch { configuration.trainingSettings.batch = batch }
    let settings = configuration.trainingSettings
    let table = try Self.table(rows: max(Self.rows, 4 * settings.batch))
    let rows = (0..<UInt32(table.rows)).map { $0 }
    let preparation = try Preparation(
      fittedTo: table, rows: rows, settings: configuration.preparationSettings)
    let prepared = try preparation.prepare(table, rows: rows)
    let data = TrainingData(
      prepared, validation: try preparation.prepare(table, rows: Array(rows.prefix(1024))))
    let model = SavedModel(
      configuration, preparation: preparation,
      data: DataIdentity(file: "", fingerprint: "", rows: table.rows)
    ).model
    plan = RunPlan(model.stages, data: data, settings: settings)
    guard let last = plan.stages.last else { preconditionFailure("a model without a stage") }
    stage = last
  }

  private static func table(rows: Int) throws -> Table<Float> {
    let generator = try DataSetGenerator(.random(RandomFamily()), seed: 1)
    let table = Table<Float>(columns: generator.columns, rows: rows)
    var numbers = [Double](repeating: 0, count: rows * generator.width)
    numbers.withUnsafeMutableBufferPointer { _ = generator.makeRows(0..<rows, into: $0) }
    for i in numbers.indices { table.values[i] = Float(numbers[i]) }
    return table
  }
}
