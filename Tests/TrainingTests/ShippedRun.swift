import Configuration
import Datasets
import Engine
import Models
import Physics
import ShippedConfigurations

@testable import Training

/// A shipped configuration on a few simulated explosions: everything as it ships, but for batches
/// and what a test changes.
struct ShippedRun {
  let name: String
  let configuration: RunConfiguration
  let model: any Model
  let physics: PhysicsMaps
  let data: TrainingData

  struct Unknown: Error {}

  init(_ name: String, _ changes: [String: String] = [:], rows: Int = 600) throws {
    guard let shipped = ShippedConfiguration.all.first(where: { $0.name == name }) else {
      throw Unknown()
    }
    self.name = name
    configuration = try RunConfiguration.table.resolve(
      files: [ConfigurationFile(shipped.bytes, path: name)],
      assignments: changes.map { Assignment($0.key, $0.value) }
    ).config
    let table = try Self.explosions(rows: rows)
    let parts = configuration.data.split
    let split = try Split(
      rows: rows, fractions: Split.Fractions(parts[0], parts[1], parts[2]),
      seed: configuration.seed)
    let preparation = try Preparation(
      fittedTo: table, rows: split.training, settings: configuration.preparationSettings)
    data = TrainingData(
      try preparation.prepare(table, rows: split.training),
      validation: try preparation.prepare(table, rows: split.validation))
    physics = preparation.physics
    model = configuration.model.model(
      Dimensions(targets: data.targets, conditions: data.conditions), physics: physics)
  }

  private static func explosions(rows: Int) throws -> Table<Float> {
    let generator = try DataSetGenerator(.random(RandomFamily()), seed: 7)
    var numbers = [Double](repeating: 0, count: rows * generator.width)
    numbers.withUnsafeMutableBufferPointer { _ = generator.makeRows(0..<rows, into: $0) }
    let table = Table<Float>(columns: generator.columns, rows: rows)
    // Last digits are the machine's: rounded away, or records would hold on this one only.
    for (i, x) in numbers.enumerated() { table.values[i] = Float((x * 1024).rounded() / 1024) }
    return table
  }

  /// Programs of all stages in turn, with first values; each gets `steps`, and then the next has
  /// its layers.
  func train(
    on device: any Device, _ steps: (_ stage: Int, StageProgram) throws -> Void
  ) throws {
    var finished: [NamedArray] = []
    for (stage, model) in model.stages.enumerated() {
      let settings = configuration.trainingSettings
      let plan = StagePlan(model, data: data, settings: settings)
      let program = try StageProgram(plan, data: data, device: device)
      try program.load(frozen: finished)
      try program.initialize(seed: settings.seed &+ UInt64(stage))
      try program.prepare(epoch: 0, rateFactor: 1)
      try steps(stage, program)
      finished += program.named(try program.predictionParameters())
    }
  }
}
