import Engine
import Models
import Records
import Text
import Training

/// The training of a run, recorded in its folder from the first step to the last word.
struct RecordedTraining {
  let plan: RunPlan
  let model: SavedModel
  let record: RunRecord
  let time: TrainingTime
  let place: Workplace
  let products: ProductTuning
  let directory: RunDirectory
  let resume: RunResume?
  let progress: ProgressStyle
  let output: Output
  let trial: TrialWatch?

  func run() throws {
    if directory.isClaimed {
      output.note(
        "the file system of \(directory.path) has no locks; lock.owner stands for one")
    }
    StopFlag.install()
    output.keepLog("\(directory.path)/log.txt")
    try record.writeConfiguration()
    try record.write(reason: "running")
    let recorder = try recorder()
    let trainer = Trainer(plan, device: place.device, events: recorder, resume: resume?.state)
    let end: TrainingEnd
    do { end = try train(trainer, recorder) } catch {
      throw failure(error, trainer, recorder)
    }
    try record.write(reason: end.rawValue, trainer)
    report(trainer, end)
    if end == .timeLimit { remarkOnTime(trainer) }
  }

  private func recorder() throws -> RunRecorder {
    let watch = ProgressWatch(
      progress, output, stages: plan.stages.count, resume: resume?.state)
    let metrics = try MetricsLog(
      directory.metrics, terms: plan.terms, keeping: resume?.epochs ?? 0, of: resume?.metrics)
    let recorder = RunRecorder(
      directory, model: model, metrics: metrics,
      events: try EventWriter(folder: directory.events, keeping: resume?.epochs), watch: watch,
      notes: products.notes, time: time, resuming: resume?.state, from: resume?.source)
    if let trial { recorder.givesUp = trial.isGivenUp }
    recorder.didSave = { try? record.write(reason: "running", $0) }
    return recorder
  }

  private func train(_ trainer: Trainer, _ recorder: RunRecorder) throws -> TrainingEnd {
    let end = try TrainingEnd(trainer.run(), recorder)
    if end == .stopped { throw stopped(trainer) }
    trial?.end(trainer, isPruned: end == .pruned)
    if end == .pruned { return end }
    guard trainer.hasModel else { return end }
    output.status("encoding the training rows")
    try recorder.finish(trainer) { parameters in
      try LatentDistribution(
        of: model.model, parameters: parameters, data: plan.data, device: place.device)
    }
    return end
  }

  /// Records why training has failed, and says how it can go on.
  private func failure(
    _ error: any Error, _ trainer: Trainer, _ recorder: RunRecorder
  ) -> Failure {
    // What was learned before it diverged is worth keeping.
    if (error as? any ExplainedError)?.code == .diverged { try? recorder.save(trainer) }
    let failure = Failure(error)
    let reason =
      failure.code == .stopped
      ? TrainingEnd.stopped.rawValue : "failed: \(failure.message)"
    try? record.write(reason: reason, trainer)
    guard let remedy = Self.remedy(failure.code) else { return failure }
    return Failure(
      failure.message, hint: "\(remedy), then add \(continuation) to continue",
      details: failure.details, code: failure.code)
  }

  /// What lets checkpoints be written again; nil where that was not the fault.
  private static func remedy(_ code: ExitCode) -> String? {
    switch code {
    case .output: "make room"
    case .creation: "see that the folder of the run can be written to"
    default: nil
    }
  }

  private var continuation: String { "--out \(directory.path) --resume auto" }

  /// Says that the time is over, and how the run can go on.
  private func remarkOnTime(_ trainer: Trainer) {
    let minutes = Numbers.fixed(time.seconds / 60, digits: 1)
    output.note(
      "training.maxMinutes is over after \(minutes) minutes, in epoch \(trainer.epochs + 1); "
        + "continue with \(continuation) and a larger value")
    if !trainer.hasModel {
      output.warn(
        "\(directory.path): no epoch of the last stage has ended: there is no model yet, only the "
          + "checkpoint to continue from")
    }
  }

  private func stopped(_ trainer: Trainer) -> Failure {
    Failure(
      "stopped by a signal in epoch \(trainer.epochs + 1), a checkpoint is saved",
      hint: "add \(continuation) to continue", code: .stopped)
  }

  /// The last words; whoever has closed the standard output has a trained model all the same.
  private func report(_ trainer: Trainer, _ end: TrainingEnd) {
    output.clearStatus()
    let stopping = trainer.state.stopping
    let best = Numbers.significant(stopping.best, digits: 5)
    let result =
      stopping.best.isFinite
      ? "best validation loss \(best) in epoch \(stopping.bestEpoch) of \(trainer.epochs)"
      : "no validation loss yet"
    let line =
      progress == .json
      ? JSON.members([
        "run": .string(directory.path), "epochs": .integer(trainer.epochs),
        "best_epoch": .integer(stopping.bestEpoch), "best_validation_loss": .number(stopping.best),
        "exit_reason": .string(end.rawValue),
      ]).description : "\(directory.path): \(result)"
    do { try output.print(line) } catch { output.warn(error.message) }
  }
}
