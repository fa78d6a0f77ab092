package import Engine
package import Models

/// Time and memory of training a stage, estimated from measured steps.
package struct StagePlan {
  package let parameters: Int
  /// Memory of all values of the training step.
  package let bytes: Int
  package let launches: Int
  package let secondsPerEpoch: Double

  /// The bytes that training and validation take together, before anything is made.
  package static func bytes(
    _ model: any TrainingStage, data: TrainingData, settings: TrainingSettings,
    traits: LaunchTraits?
  ) -> Int {
    let batch = StageProgram.validationRows(of: data, settings)
    return LossProgram.bytes(
      training: model, rows: data.trainingRows, settings: settings, traits: traits)
      + LossProgram.bytes(
        validating: model, rows: data.validationRows, batch: batch, traits: traits)
  }

  /// Layers with reduced precision in training steps.
  package static func narrowedLayers(_ model: any TrainingStage, settings: TrainingSettings) -> Int
  {
    LossProgram.narrowedLayers(training: model, settings: settings)
  }

  /// The matrix products of a training step that a device computes by kernels of their own, and how
  /// often each occurs.
  package static func products(
    _ model: any TrainingStage, data: TrainingData, settings: TrainingSettings, traits: LaunchTraits
  ) -> [ProductShape: Int] {
    var own = settings
    own.batch = StageProgram.trainingBatch(of: data, settings)
    return LossProgram.products(
      training: model, rows: data.trainingRows, settings: own, traits: traits)
  }

  /// The largest power of two as a batch with which training takes no more than so many bytes.
  package static func batch(
    within limit: Int, _ model: any TrainingStage, data: TrainingData, settings: TrainingSettings,
    traits: LaunchTraits?
  ) -> Int? {
    var smaller = settings
    for exponent in (0..<20).reversed() {
      smaller.batch = 1 << exponent
      if smaller.batch < settings.batch,
        bytes(model, data: data, settings: smaller, traits: traits) <= limit
      {
        return smaller.batch
      }
    }
    return nil
  }

  package init(
    _ model: any TrainingStage, data: TrainingData, settings: TrainingSettings,
    on device: any Device,
    traits: LaunchTraits
  ) throws {
    let loop = try StepLoop(model, data: data, settings: settings, on: device, traits: traits)
    (parameters, launches) = (loop.parameters, loop.launches)
    bytes = Self.bytes(model, data: data, settings: settings, traits: traits)
    // The first one is not like the others: memory is touched, kernels are loaded. Then as many as
    // take no time worth waiting for.
    let first = try loop.seconds(of: 1)
    let steps = max(1, min(loop.stepsPerEpoch, 50, Int(0.25 / max(1e-6, first))))
    secondsPerEpoch = try loop.seconds(of: steps) / Double(steps) * Double(loop.stepsPerEpoch)
  }
}
