package import Engine
package import Models

/// The graphs of a stage: a training step, and an evaluation step for the validation rows.
package struct StagePlan {
  package let model: any TrainingStage
  package let settings: TrainingSettings
  package let training, validation: LossStep

  package init(_ model: any TrainingStage, data: TrainingData, settings: TrainingSettings) {
    (self.model, self.settings) = (model, settings)
    // A batch larger than the data would only add rows of zeros.
    training = LossStep(
      training: model, rows: data.trainingRows, batch: min(settings.batch, data.trainingRows),
      settings)
    // Enough rows to fill a device, and few enough to need little memory.
    validation = LossStep(
      validating: model, rows: data.validationRows,
      batch: min(data.validationRows, max(settings.batch, 1024)))
  }

  package var parameters: Int {
    training.graph.parameters.reduce(0) { $0 + $1.value.shape.count }
  }

  /// Layers with reduced precision in training steps.
  package var narrowedLayers: Int { training.graph.narrowedLayers }

  /// Multiplications and additions of one row in matrix products, forward and backward.
  package var flopsPerRow: Int { training.graph.flops / training.batch }

  /// Memory of training and validation together, bytes.
  ///
  /// - Parameter traits: of the device that joins steps; nil for one that does not.
  package func bytes(on traits: LaunchTraits?) -> Int {
    training.bytes(on: traits) + validation.bytes(on: traits)
  }

  /// What the program itself holds of the parameters besides, bytes: the state that it goes back to,
  /// the one that it saves, and the file's content; and the epochs that are kept.
  package var bytesOfState: Int {
    parameters * (16 + settings.keptEpochs) * MemoryLayout<Float>.size
  }

  /// The matrix products of a training step that a device computes by kernels of their own, and how
  /// often each occurs.
  package func products(on traits: LaunchTraits) -> [ProductShape: Int] {
    training.graph.products(on: traits)
  }

  /// The launches of a training step; nil for one that kernels cannot compute.
  package func launches(on traits: LaunchTraits) -> Int? {
    training.graph.fitsKernels ? training.graph.launches(for: traits).count : nil
  }
}
