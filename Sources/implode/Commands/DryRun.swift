import Datasets
import Engine
import Models
import Training
import Text

/// What a run would take: sizes, launches, and time, from one step that is really made.
struct DryRun {
  private let configuration: RunConfiguration
  private let data: TrainingTable
  private let place: Workplace

  init(_ configuration: RunConfiguration, _ data: TrainingTable, _ place: Workplace) {
    (self.configuration, self.data, self.place) = (configuration, data, place)
  }

  func report(to output: Output) throws {
    let model = SavedModel(configuration, preparation: data.preparation, data: data.identity)
    let rows = data.training
    let preparation = data.preparation
    try output.print(
      """
      \(configuration.kind.choiceName) on \(place.backend.rawValue): \(place.name)
      \(Numbers.grouped(data.identity.rows)) rows: \(Numbers.grouped(rows.trainingRows)) to train \
      on, \(Numbers.grouped(rows.validationRows)) to validate, \
      \(Numbers.grouped(data.split.test.count)) to test
      \(rows.targets) targets: \(preparation.targets.names.joined(separator: " "))
      \(rows.conditions) conditions: \(preparation.conditions.names.joined(separator: " "))
      """)
    for (index, stage) in model.model.stages.enumerated() {
      let plan = try StagePlan(
        stage, data: rows, settings: configuration.trainingSettings, on: place.device,
        traits: place.traits)
      let minutes = plan.secondsPerEpoch * Double(configuration.trainingSettings.epochs) / 60
      try output.print(
        """
        \(model.model.stages.count > 1 ? "stage \(index + 1): " : "")\
        \(Numbers.grouped(plan.parameters)) parameters, \
        \(Numbers.grouped(plan.bytes >> 20)) MiB on the device, \(plan.launches) launches a step, \
        \(Numbers.significant(plan.secondsPerEpoch, digits: 3)) s an epoch, at most \
        \(Numbers.significant(minutes, digits: 3)) minutes
        """)
    }
  }
}
