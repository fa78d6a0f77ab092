import Configuration
import Datasets
import Engine
import Glibc
import Machine
import Models
import Physics
import Records
import Training
import Text

/// One call of `implode train`, from its options to a finished run.
struct TrainRun {
  private let options: TrainOptions
  private let output: Output

  init(_ options: TrainOptions, _ output: Output) {
    (self.options, self.output) = (options, output)
  }

  func run() throws {
    if options.printSchema {
      return try output.print(RunConfiguration.table.schema.description)
    }
    if !options.printConfig { try ParallelStart.check() }
    // A configuration that can be shown without a checkpoint is.
    let resume =
      options.printConfig && options.config != nil
      ? nil : try RunResume(options, writes: !options.printConfig && !options.dryRun)
    let resolved = try options.resolve(resume)
    for warning in resolved.warnings { output.warn(warning) }
    if options.printConfig {
      return try output.print(
        String(
          RunConfiguration.table.table(of: resolved.config)
            .text(of: resolved, remarks: .sources).dropLast()))
    }
    try resume?.check(resolved.config)
    resume?.warn(output)
    let place = try Workplace.choose(
      options.backend, device: options.device, threads: options.threads)
    let threads = options.threads ?? CPU.threads
    let table = try table(resolved.config, resume, threads: threads)
    let plan = RunPlan(
      table.model.model.stages, data: table.rows, settings: resolved.config.trainingSettings)
    remark(on: plan, place)
    try checkMemory(of: plan, place)
    if options.dryRun { return try DryRun(plan, table, place).report(to: output) }
    let products = try chooseProducts(of: plan, place, resume)
    let directory = try resume?.directory() ?? newDirectory()
    if directory.isClaimed {
      output.note(
        "the file system of \(directory.path) has no locks; lock.owner stands for one")
    }
    let time = TrainingTime(before: resume?.seconds ?? 0)
    let record = RunRecord(
      options, resolved, table, place, products, directory, time, isResumed: resume != nil)
    try train(plan, table.model, record, time, place, products, in: directory, resume)
  }

  private func table(
    _ configuration: RunConfiguration, _ resume: RunResume?, threads: Int
  ) throws -> TrainingTable {
    defer { output.clearStatus() }
    return try TrainingTable(
      reading: options.data ?? "", for: configuration,
      names: options.columns.isEmpty ? resume?.model.data.names ?? .init() : options.columns,
      units: options.units.isEmpty ? resume?.model.data.units ?? .init() : options.units,
      badRows: options.onBadRow ?? resume?.model.data.badRows ?? .error, threads: threads,
      tell: TrainingTable.Listener(status: output.status, warn: output.warn)
    ) { try resume?.check($0) }
  }

  private func newDirectory() throws -> RunDirectory {
    guard let out = options.out else {
      return try RunDirectory(RunDirectory.makeFree("runs/\(name)"))
    }
    return try RunDirectory(out, options.resume == "auto" ? .again : .new)
  }

  private func remark(on plan: RunPlan, _ place: Workplace) {
    let narrows = plan.stages.contains { $0.narrowedLayers > 0 }
    if let remark = place.remark(on: plan.settings.precision, narrows: narrows) {
      output.note(remark)
    }
  }

  /// Says what does not fit a device, and what would, before the driver says less.
  private func checkMemory(of plan: RunPlan, _ place: Workplace) throws {
    let isHost = place.backend == .cpu
    guard
      let (needed, batch) = plan.shortage(
        of: place.memory, on: place.joinedBy, holdsState: isHost)
    else { return }
    throw Failure(
      "\(place.name): training needs \(Numbers.memory(needed)), "
        + (isHost ? "this process may take " : "the device has ") + Numbers.memory(place.memory),
      hint: batch.map { "training.batch=\($0) fits" }
        ?? "no batch fits: use a smaller model or fewer rows"
        + (isHost ? "" : ", or --backend cpu"),
      code: .unavailable)
  }

  /// The kernels of matrix products: a run goes on with those that it began with, because they
  /// decide about its last bits.
  private func chooseProducts(
    of plan: RunPlan, _ place: Workplace, _ resume: RunResume?
  ) throws -> ProductTuning {
    if let resume {
      if let (shape, choice) = place.use(resume.products) {
        throw Failure(
          "the run of \(resume.file) computes \(shape) by \(choice), which \(place.name) cannot",
          hint: "continue on the device of the run; for CLBlast install libclblast1",
          code: .unavailable)
      }
      return resume.products
    }
    return try place.chooseProducts(
      for: place.products(of: plan.stages), seconds: options.tuneSeconds, output)
  }

  private var name: String {
    let stem = (options.config ?? "run").lastPathPart
    return stem.hasSuffix(".json5") ? String(stem.dropLast(".json5".count)) : stem
  }

  private func train(
    _ plan: RunPlan, _ model: SavedModel, _ record: RunRecord, _ time: TrainingTime,
    _ place: Workplace, _ products: ProductTuning, in directory: RunDirectory,
    _ resume: RunResume?
  ) throws {
    StopFlag.install()
    output.keepLog("\(directory.path)/log.txt")
    try record.writeConfiguration()
    try record.write(reason: "running")
    let watch = ProgressWatch(
      options.progress, output, stages: plan.stages.count, resume: resume?.state)
    let metrics = try MetricsLog(
      directory.metrics, terms: plan.terms, keeping: resume?.epochs ?? 0, of: resume?.metrics)
    let recorder = RunRecorder(
      directory, model: model, metrics: metrics,
      events: try EventWriter(folder: directory.events, keeping: resume?.epochs), watch: watch,
      notes: products.notes, time: time, resuming: resume?.state, from: resume?.source)
    recorder.didSave = { try? record.write(reason: "running", $0) }
    let trainer = Trainer(plan, device: place.device, events: recorder, resume: resume?.state)
    let end: TrainingEnd
    do {
      end = try TrainingEnd(trainer.run(), recorder)
      if end == .stopped { throw stopped(trainer, directory) }
      if trainer.hasModel {
        output.status("encoding the training rows")
        try recorder.finish(trainer) { parameters in
          try LatentDistribution(
            of: model.model, parameters: parameters, data: plan.data, device: place.device)
        }
      }
    } catch {
      // What was learned before it diverged is worth keeping.
      if (error as? any ExplainedError)?.code == .diverged { try? recorder.save(trainer) }
      let failure = Failure(error)
      let reason =
        failure.code == .stopped
        ? TrainingEnd.stopped.rawValue : "failed: \(failure.message)"
      try? record.write(reason: reason, trainer)
      throw failure
    }
    try record.write(reason: end.rawValue, trainer)
    report(trainer, directory, end)
    if end == .timeLimit { remarkOnTime(trainer, time, directory) }
  }

  /// Says that the time is over, and how the run can go on.
  private func remarkOnTime(
    _ trainer: Trainer, _ time: TrainingTime, _ directory: RunDirectory
  ) {
    let minutes = Numbers.fixed(time.seconds / 60, digits: 1)
    output.note(
      "training.maxMinutes is over after \(minutes) minutes, in epoch \(trainer.epochs + 1); continue "
        + "with --out \(directory.path) --resume auto and a larger value")
    if !trainer.hasModel {
      output.warn(
        "\(directory.path): no epoch of the last stage has ended: there is no model yet, only the "
          + "checkpoint to continue from")
    }
  }

  private func stopped(_ trainer: Trainer, _ directory: RunDirectory) -> Failure {
    Failure(
      "stopped by a signal in epoch \(trainer.epochs + 1), a checkpoint is saved",
      hint: "add --out \(directory.path) --resume auto to continue", code: .stopped)
  }

  /// The last words; whoever has closed the standard output has a trained model all the same.
  private func report(_ trainer: Trainer, _ directory: RunDirectory, _ end: TrainingEnd) {
    output.clearStatus()
    let stopping = trainer.state.stopping
    let best = Numbers.significant(stopping.best, digits: 5)
    let result =
      stopping.best.isFinite
      ? "best validation loss \(best) in epoch \(stopping.bestEpoch) of \(trainer.epochs)"
      : "no validation loss yet"
    let line =
      options.progress == .json
      ? JSON.members([
        "run": .string(directory.path), "epochs": .integer(trainer.epochs),
        "best_epoch": .integer(stopping.bestEpoch), "best_validation_loss": .number(stopping.best),
        "exit_reason": .string(end.rawValue),
      ]).description : "\(directory.path): \(result)"
    do { try output.print(line) } catch { output.warn(error.message) }
  }
}
