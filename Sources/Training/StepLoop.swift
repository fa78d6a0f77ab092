package import Engine
import Machine
package import Models

/// Repeats the training step of a model, to measure its time.
package final class StepLoop {
  private let stage: StageProgram
  package let parameters: Int
  package let launches: Int
  /// Multiplications and additions of one row in matrix products, forward and backward.
  package let flopsPerRow: Int
  /// Layers that multiply numbers of less than fp32.
  package let narrowedLayers: Int
  /// Rows of one step.
  package let batch: Int
  /// Steps of one epoch.
  package let stepsPerEpoch: Int

  package init(
    _ model: any TrainingStage, data: TrainingData, settings: TrainingSettings,
    on device: any Device,
    traits: LaunchTraits
  ) throws {
    stage = try StageProgram(model, data: data, settings: settings, device: device)
    try stage.initialize(seed: settings.seed)
    try stage.prepare(epoch: 0, rateFactor: 1)
    let (training, graph) = (stage.training, stage.training.graph)
    parameters = graph.parameters.reduce(0) { $0 + $1.value.shape.count }
    narrowedLayers = graph.narrowedLayers
    launches = graph.launches(for: traits).count
    (batch, stepsPerEpoch) = (training.batch, training.steps)
    flopsPerRow = graph.flops / training.batch
    // The first steps compile kernels and wake threads up.
    _ = try seconds(of: 2)
  }

  /// The time of so many steps, one after the other.
  package func seconds(of steps: Int) throws -> Double {
    let program = stage.training.program
    let clock = ContinuousClock.now
    for _ in 0..<steps { try program.run() }
    try program.synchronize()
    return (ContinuousClock.now - clock).seconds
  }

  /// Rows per second: the median of chunks of steps that take about so many seconds together.
  package func rate(seconds budget: Double) throws -> Double {
    let chunk = max(1, Int(budget / 9 / max(1e-6, try seconds(of: 1))))
    var rates: [Double] = []
    var spent = 0.0
    while rates.count < 3 || spent < budget {
      let time = try seconds(of: chunk)
      spent += time
      rates.append(Double(chunk * batch) / time)
    }
    return rates.sorted()[rates.count / 2]
  }
}
