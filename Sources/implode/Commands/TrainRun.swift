import Configuration
import Datasets
import Engine
import Glibc
import Machine
import Models
import Physics
import Training
import Text

/// One call of `implode train`, from its options to a finished run.
struct TrainRun {
  private let options: TrainOptions
  private let output: Output
  /// The trial of a search that the run is; nil for a run of its own.
  private let trial: TrialWatch?

  init(_ options: TrainOptions, _ output: Output, trial: TrialWatch? = nil) {
    (self.options, self.output, self.trial) = (options, output, trial)
  }

  func run() throws {
    if options.printSchema {
      return try output.print(RunConfiguration.table.schema.description)
    }
    // Several processes may search together: each trial is trained by one of them.
    if !options.printConfig && trial == nil { try ParallelStart.check(out: options.out) }
    if let ensemble = try EnsembleRun(options, output) { return try ensemble.run() }
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
    try train(resolved, resume, on: table, at: place)
  }

  /// Trains one network on rows that were read.
  func train(
    _ resolved: Resolved<RunConfiguration>, _ resume: RunResume?, on table: TrainingTable,
    at place: Workplace
  ) throws {
    let plan = RunPlan(
      table.model.model.stages, data: table.rows, settings: resolved.config.trainingSettings)
    remark(on: plan, place)
    try checkMemory(of: plan, place)
    if options.dryRun { return try DryRun(plan, table, place).report(to: output) }
    let products = try chooseProducts(of: plan, place, resume)
    let directory = try resume?.directory() ?? newDirectory()
    let time = TrainingTime(before: resume?.seconds ?? 0)
    let record = RunRecord(
      options, resolved, table, place, products, directory, time, isResumed: resume != nil)
    try RecordedTraining(
      plan: plan, model: table.model, record: record, time: time, place: place,
      products: products, directory: directory, resume: resume, progress: options.progress,
      output: output, trial: trial
    ).run()
  }

  func table(
    _ configuration: RunConfiguration, _ resume: RunResume?, threads: Int
  ) throws -> TrainingTable {
    defer { output.clearStatus() }
    return try TrainingTable(
      reading: options.data ?? "", for: configuration,
      names: options.columns.isEmpty ? resume?.model.data.names ?? .init() : options.columns,
      units: options.units.isEmpty ? resume?.model.data.units ?? .init() : options.units,
      badRows: options.onBadRow ?? resume?.model.data.badRows ?? .error, threads: threads,
      tell: TrainingTable.Listener(status: output.status, warn: output.warn)
    ) {
      try resume?.check($0)
      try trial?.check($0)
    }
  }

  func newDirectory() throws -> RunDirectory {
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
}
