import Datasets
import Engine
import Models
import Training
import Text

/// What a run would take: sizes, launches, and time, from one step that is really made.
struct DryRun {
  private let plan: RunPlan
  private let table: TrainingTable
  private let place: Workplace

  init(_ plan: RunPlan, _ table: TrainingTable, _ place: Workplace) {
    (self.plan, self.table, self.place) = (plan, table, place)
  }

  func report(to output: Output) throws {
    let (model, rows) = (table.model, table.rows)
    let preparation = model.preparation
    try output.print(
      """
      \(model.configuration.kind.choiceName) on \(place.backend.rawValue): \(place.name)
      \(Numbers.grouped(model.data.rows)) rows: \(Numbers.grouped(rows.trainingRows)) to train \
      on, \(Numbers.grouped(rows.validationRows)) to validate, \
      \(Numbers.grouped(table.split.test.count)) to test
      \(rows.targets) targets: \(preparation.targets.names.joined(separator: " "))
      \(rows.conditions) conditions: \(preparation.conditions.names.joined(separator: " "))
      """)
    for (index, stage) in plan.stages.enumerated() {
      let loop = try StepLoop(stage, data: plan.data, on: place.device)
      let seconds = try loop.secondsPerEpoch()
      let minutes = Double(plan.settings.epochs) / 60
      try output.print(
        """
        \(plan.stages.count > 1 ? "stage \(index + 1): " : "")\
        \(Numbers.grouped(stage.parameters)) parameters, \
        \(Numbers.grouped(stage.bytes(on: place.joinedBy) >> 20)) MiB on the device, \
        \(stage.launches(on: place.traits).map { "\($0) launches a step, " } ?? "")\
        \(Numbers.range(seconds)) s an epoch, at most \
        \(Numbers.range(seconds, times: minutes)) minutes
        """)
    }
  }
}
