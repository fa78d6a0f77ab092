package import Engine
package import Models

/// The data and the graphs of a run, traced once before any device is used: the memory check, kernel
/// tuning, the dry run and the trainer read the same graphs.
package struct RunPlan {
  package let data: TrainingData
  package let settings: TrainingSettings
  package let stages: [StagePlan]

  package init(
    _ stages: [any TrainingStage], data: TrainingData, settings: TrainingSettings
  ) {
    (self.data, self.settings) = (data, settings)
    self.stages = stages.map { StagePlan($0, data: data, settings: settings) }
  }

  /// The terms of the losses, in the order of their declaration.
  package var terms: [LossTerm.Name] {
    LossTerm.Name.allCases.filter { name in
      stages.contains { $0.model.terms.contains { $0.name == name } }
    }
  }

  /// The bytes of the first stage that does not fit, and the largest power of two as a batch with
  /// which it would; nil where all stages fit.
  ///
  /// - Parameter holdsState: whether the program's own copies of the parameters are in this memory.
  package func shortage(
    of memory: Int, on traits: LaunchTraits?, holdsState: Bool
  ) -> (needed: Int, batch: Int?)? {
    func bytes(_ stage: StagePlan) -> Int {
      stage.bytes(on: traits) + (holdsState ? stage.bytesOfState : 0)
    }
    for stage in stages {
      let needed = bytes(stage)
      guard needed > memory else { continue }
      let batch = (0..<20).reversed().map { 1 << $0 }.first { batch in
        var smaller = settings
        smaller.batch = batch
        return batch < settings.batch
          && bytes(StagePlan(stage.model, data: data, settings: smaller)) <= memory
      }
      return (needed, batch)
    }
    return nil
  }
}
