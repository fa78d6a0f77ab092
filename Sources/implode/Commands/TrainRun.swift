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
    let record = RunRecord(options, resolved, table, place, products, directory)
    try train(plan, table.model, record, place, products, in: directory, resume)
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
    _ plan: RunPlan, _ model: SavedModel, _ record: RunRecord, _ place: Workplace,
    _ products: ProductTuning, in directory: RunDirectory, _ resume: RunResume?
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
      notes: products.notes)
    let trainer = Trainer(plan, device: place.device, events: recorder, resume: resume?.state)
    do {
      if try trainer.run() == .stopped { throw stopped(trainer, directory) }
      output.status("encoding the training rows")
      try recorder.finish(
        trainer,
        latent: LatentDistribution(
          of: model.model, parameters: trainer.bestParameters, data: plan.data,
          device: place.device))
    } catch {
      // What was learned before it diverged is worth keeping.
      if (error as? any ExplainedError)?.code == .diverged { try? recorder.save(trainer) }
      let failure = Failure(error)
      let reason = failure.code == .stopped ? "stopped" : "failed: \(failure.message)"
      try? record.write(reason: reason, trainer)
      throw failure
    }
    try record.write(reason: "finished", trainer)
    report(trainer, directory)
  }

  private func stopped(_ trainer: Trainer, _ directory: RunDirectory) -> Failure {
    Failure(
      "stopped by a signal in epoch \(trainer.epochs + 1), a checkpoint is saved",
      hint: "add --out \(directory.path) --resume auto to continue", code: .stopped)
  }

  /// The last words; whoever has closed the standard output has a trained model all the same.
  private func report(_ trainer: Trainer, _ directory: RunDirectory) {
    output.clearStatus()
    let stopping = trainer.state.stopping
    let line =
      options.progress == .json
      ? JSON.members([
        "run": .string(directory.path), "epochs": .integer(trainer.epochs),
        "best_epoch": .integer(stopping.bestEpoch), "best_validation_loss": .number(stopping.best),
      ]).description
      : "\(directory.path): best validation loss \(Numbers.significant(stopping.best, digits: 5)) "
        + "in epoch \(stopping.bestEpoch) of \(trainer.epochs)"
    do { try output.print(line) } catch { output.warn(error.message) }
  }
}
