package import Engine
package import Models

/// What training a stage would take, from steps that were really made.
package struct StagePlan {
  package let parameters: Int
  /// Of all values of the training step.
  package let bytes: Int
  package let launches: Int
  package let secondsPerEpoch: Double

  package init(
    _ model: any Model, data: TrainingData, settings: TrainingSettings, on device: any Device,
    traits: LaunchTraits
  ) throws {
    let program = try StageProgram(model, data: data, settings: settings, device: device)
    try program.initialize(seed: settings.seed)
    try program.prepare(epoch: 0, rateFactor: 1)
    let graph = program.training.graph
    parameters = graph.parameters.reduce(0) { $0 + $1.value.shape.count }
    bytes =
      4 * graph.values.filter { graph.views[$0] == nil }.reduce(0) { $0 + $1.shape.count }
    launches = graph.launches(for: traits).count
    // The first steps compile kernels and wake threads up.
    for _ in 0..<2 { try program.training.program.run() }
    try program.training.program.synchronize()
    let steps = min(program.training.steps, 50)
    let clock = ContinuousClock.now
    for _ in 0..<steps { try program.training.program.run() }
    try program.training.program.synchronize()
    secondsPerEpoch =
      (ContinuousClock.now - clock).seconds / Double(steps) * Double(program.training.steps)
  }
}
