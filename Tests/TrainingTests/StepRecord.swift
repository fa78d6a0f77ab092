import Configuration
import Engine
import Glibc
import Models
import Randomness
import Records

@testable import Training

/// Everything that went into one training step and came out of it, for whoever computes it again.
///
///     before.NAME, gradient.NAME, after.NAME   parameters
///     first.NAME, second.NAME                  Adam's moments before the step
///     average.NAME, smoothed.NAME              the moving average before it and after it
struct StepRecord<E: Real & TensorElement> {
  private let run: ShippedRun
  private let program: StageProgram
  private let step: CPUProgram<E>
  private(set) var writer: SafetensorsWriter

  struct Unreadable: Error {}

  /// Makes one step, and writes it down.
  init(_ run: ShippedRun, stage: Int, _ program: StageProgram) throws {
    guard let step = program.training.program as? CPUProgram<E> else { throw Unreadable() }
    (self.run, self.program, self.step) = (run, program, step)
    writer = SafetensorsWriter(
      metadata: run.metadata(of: stage, stepsBefore: Int(try program.clock().step)))
    try addNoise()
    addPhysics()
    addBlock("before", program.block.parameters)
    addBlock("first", program.optimizer.firstMoments)
    addBlock("second", program.optimizer.secondMoments)
    if let average = program.optimizer.average { addBlock("average", average) }
    addFrozen()
    step.run()
    try addBatch()
    addBlock("after", program.block.parameters)
    addBlock("gradient", program.block.gradients)
    if let average = program.optimizer.average { addBlock("smoothed", average) }
    let objective = program.training.objective
    add("terms", objective.components)
    add("weights", objective.weights)
    add("total", objective.total)
  }

  private mutating func add(_ name: String, _ value: Value) {
    writer.add(
      name, shape: [value.shape.rows, value.shape.columns], step.elements(of: value))
  }

  private mutating func add(_ name: String, _ shape: [Int], _ elements: [Float]) {
    writer.add(name, shape: shape, elements)
  }

  /// A flat value of the block's layout, parameter by parameter.
  private mutating func addBlock(_ prefix: String, _ flat: Value) {
    let elements = step.elements(of: flat)
    let graph = program.training.graph
    for parameter in graph.parameters {
      let offset = graph.home(of: parameter.value).offset
      let shape = parameter.value.shape
      writer.add(
        "\(prefix).\(parameter.name)", shape: [shape.rows, shape.columns],
        Array(elements[offset..<offset + shape.count]))
    }
  }

  /// Layers that an earlier stage has trained.
  private mutating func addFrozen() {
    let graph = program.training.graph
    let trained = Set(graph.parameters.map(\.name))
    for (name, value) in graph.names where name.hasSuffix(".weight") || name.hasSuffix(".bias") {
      if !trained.contains(name) { add("before.\(name)", value) }
    }
  }

  private mutating func addBatch() throws {
    var graph = program.training.graph
    graph.joinsSteps = false
    let gathered = graph.results(for: .plain).first { $0.kernels == ["gather_step"] }
    guard let parts = gathered?.values, parts.count == 2 else { throw Unreadable() }
    add("targets", parts[0])
    add("conditions", parts[1])
  }

  /// The normals that the step is about to draw.
  private mutating func addNoise() throws {
    let clock = try program.clock()
    let rows = program.training.batch
    let dimensions = program.model.dimensions
    let flow = run.configuration[ConditionalFlow.Settings.self]
    let model = program.model as? any Model
    let latents = model?.encoder == nil ? 0 : model?.sampler?.latentWidth ?? 0
    let noise: [(String, RandomStream, Int)] = [
      ("latent", .latent, latents),
      ("targets", .dataNoise, flow.positionNoise > 0 ? dimensions.targets : 0),
      ("conditions", .conditionNoise, flow.momentumNoise > 0 ? dimensions.conditions : 0),
    ]
    for (name, stream, columns) in noise where columns > 0 {
      var elements = [Float](repeating: 0, count: rows * columns)
      Float.normals(
        NoiseKey(seed: clock.seed, stream: stream, step: clock.step), rows: 0..<rows,
        columns: columns, into: &elements)
      add("noise.\(name)", [rows, columns], elements)
    }
  }

  private mutating func addPhysics() {
    for (name, map) in [("positions", run.physics.positions), ("momenta", run.physics.momenta)] {
      add("physics.\(name).matrix", [map.rows, map.columns], map.matrix)
      add("physics.\(name).offset", [map.rows], map.offset)
    }
    add("physics.masses", [run.physics.masses.count], run.physics.masses)
    add("physics.charges", [run.physics.charges.count], run.physics.charges)
  }
}

extension ShippedRun {
  /// The configuration in words that need no parser but one for JSON.
  func metadata(of stage: Int, stepsBefore: Int) -> [String: String] {
    let stages = model.stages
    let isLast = stage + 1 == stages.count
    let names = stages[stage].terms.map(\.name.rawValue.literal)
    let entries =
      [
        "\"model\": \((isLast ? configuration.kind.choiceName : "autoencoder").literal)",
        "\"stepsBefore\": \(stepsBefore)", "\"terms\": [\(names.joined(separator: ", "))]",
      ]
      + RunConfiguration.table.table(of: configuration).keys.map {
        "\($0.name.literal): \($0.literal(configuration))"
      }
    return ["configuration": "{\(entries.joined(separator: ", "))}"]
  }
}
