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
    // A configuration that can be shown without a checkpoint is.
    let resume =
      options.printConfig && options.config != nil ? nil : try RunResume(options)
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
    let data = try table(resolved.config, resume, threads: threads)
    remark(on: resolved.config, data, place)
    try checkMemory(resolved.config, data, place)
    if options.dryRun { return try DryRun(resolved.config, data, place).report(to: output) }
    let products = try chooseProducts(resolved.config, data, place, resume)
    let directory = try resume?.directory() ?? newDirectory()
    try train(resolved, data, place, products, in: directory, resume)
  }

  private func table(
    _ configuration: RunConfiguration, _ resume: RunResume?, threads: Int
  ) throws -> TrainingTable {
    try TrainingTable(options, configuration, resume: resume, threads: threads, output)
  }

  private func newDirectory() throws -> RunDirectory {
    guard let out = options.out else {
      return try RunDirectory(RunDirectory.makeFree("runs/\(name)"))
    }
    return try RunDirectory(out, options.resume == "auto" ? .again : .new)
  }

  private func remark(
    on configuration: RunConfiguration, _ data: TrainingTable, _ place: Workplace
  ) {
    let settings = configuration.trainingSettings
    let model = SavedModel(configuration, preparation: data.preparation, data: data.identity)
    let narrows = model.model.stages.contains {
      StagePlan.narrowedLayers($0, settings: settings) > 0
    }
    if let remark = place.remark(on: settings.precision, narrows: narrows) { output.note(remark) }
  }

  /// Says what does not fit a device, and what would, before the driver says less.
  private func checkMemory(
    _ configuration: RunConfiguration, _ data: TrainingTable, _ place: Workplace
  ) throws {
    guard let memory = place.memory else { return }
    let model = SavedModel(configuration, preparation: data.preparation, data: data.identity)
    let settings = configuration.trainingSettings
    for stage in model.model.stages {
      let needed = StagePlan.bytes(
        stage, data: data.training, settings: settings, traits: place.traits)
      guard needed > memory else { continue }
      let batch = StagePlan.batch(
        within: memory, stage, data: data.training, settings: settings, traits: place.traits)
      throw Failure(
        "\(place.name): training needs \(Numbers.memory(needed)), the device has "
          + Numbers.memory(memory),
        hint: batch.map { "training.batch=\($0) fits" }
          ?? "no batch fits: use fewer rows, a smaller model, or --backend cpu",
        code: .unavailable)
    }
  }

  /// The kernels of matrix products: a run goes on with those that it began with, because they
  /// decide about its last bits.
  private func chooseProducts(
    _ configuration: RunConfiguration, _ data: TrainingTable, _ place: Workplace,
    _ resume: RunResume?
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
    let model = SavedModel(configuration, preparation: data.preparation, data: data.identity)
    return try place.chooseProducts(
      for: place.products(
        of: model.model.stages, data: data.training, configuration.trainingSettings),
      seconds: options.tuneSeconds, output)
  }

  private var name: String {
    let file = options.config ?? "run"
    let stem = file.split(separator: "/").last.map(String.init) ?? file
    return stem.hasSuffix(".json5") ? String(stem.dropLast(".json5".count)) : stem
  }

  private func train(
    _ resolved: Resolved<RunConfiguration>, _ data: TrainingTable, _ place: Workplace,
    _ products: ProductTuning, in directory: RunDirectory, _ resume: RunResume?
  ) throws {
    StopFlag.install()
    let configuration = resolved.config
    let record = RunRecord(options, resolved, data, place, products, directory)
    try record.writeConfiguration()
    try record.write(reason: "running")
    var model = SavedModel(
      configuration, preparation: data.preparation, data: data.identity)
    model.meanPositions = data.meanPositions
    let watch = ProgressWatch(
      options.progress, output, stages: model.model.stages.count, resume: resume?.state)
    let recorder = RunRecorder(
      directory, model: model, metrics: try metrics(of: model, directory, resume),
      events: try events(directory), watch: watch, notes: products.notes)
    let trainer = Trainer(
      model.model.stages, data: data.training, settings: configuration.trainingSettings,
      device: place.device, events: recorder, resume: resume?.state)
    do {
      if try trainer.run() == .stopped { throw stopped(trainer, directory) }
      try finish(trainer, recorder, model, data, place)
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

  private func metrics(
    of model: SavedModel, _ directory: RunDirectory, _ resume: RunResume?
  ) throws -> MetricsLog {
    let terms = LossTerm.Name.allCases.filter { name in
      model.model.stages.contains { $0.terms.contains { $0.name == name } }
    }
    return try MetricsLog(
      directory.metrics, terms: terms, keeping: resume?.epochs ?? 0, of: resume?.metrics)
  }

  private func events(_ directory: RunDirectory) throws -> EventWriter {
    do { return try EventWriter(folder: directory.events) } catch {
      throw Failure(error.message, hint: error.hint, code: .creation)
    }
  }

  private func finish(
    _ trainer: Trainer, _ recorder: RunRecorder, _ model: SavedModel, _ data: TrainingTable,
    _ place: Workplace
  ) throws {
    output.status("encoding the training rows")
    let latent = try LatentDistribution(
      of: model.model, parameters: trainer.bestParameters, data: data.training,
      device: place.device)
    try recorder.finish(trainer, latent: latent)
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

/// The rows of a file as a run sees them.
struct TrainingTable {
  let identity: DataIdentity
  let report: ReadingReport
  let split: Split
  let preparation: Preparation
  let training: TrainingData
  /// Of the rows that are learned from, bohr.
  let meanPositions: [Float]

  init(
    _ options: TrainOptions, _ configuration: RunConfiguration, resume: RunResume?,
    threads: Int, _ output: Output
  ) throws {
    let molecule = configuration.molecule
    output.status("reading \(options.data ?? "")")
    var reader = TableReader<Float>(
      columns: molecule.positionColumns + molecule.momentumColumns,
      badRows: BadRowPolicy(rawValue: options.onBadRow.rawValue) ?? .error)
    (reader.threads, reader.molecule) = (threads, molecule)
    reader.optional = molecule.chargeColumns
    let reading = try reader.read(options.data ?? "")
    for note in reading.report.notes { output.warn(note) }
    let table = reading.table
    report = reading.report
    identity = DataIdentity(
      file: options.data ?? "", fingerprint: table.fingerprint, rows: table.rows)
    try resume?.check(identity)
    output.status("preparing \(Numbers.grouped(table.rows)) rows")
    let parts = configuration.data.split
    let training: PreparedRows, validation: PreparedRows
    do throws(Failure) {
      split = try Split(
        rows: table.rows, fractions: Split.Fractions(parts[0], parts[1], parts[2]),
        seed: configuration.seed, threads: threads)
      preparation = try Preparation(
        fittedTo: table, rows: split.training, molecule: molecule,
        settings: configuration.preparationSettings, threads: threads)
      try configuration.check(preparation)
      training = try preparation.prepare(table, rows: split.training, threads: threads)
      validation = try preparation.prepare(table, rows: split.validation, threads: threads)
    } catch {
      throw Failure("\(identity.file): \(error.message)", hint: error.hint, code: error.code)
    }
    meanPositions = table.means(
      of: table.indices(of: molecule.positionColumns) ?? [], rows: split.training)
    for (part, rows) in [("training", training), ("validation", validation)]
    where rows.farValues > 0 {
      output.warn(
        "\(rows.farValues) values of the \(part) rows are more than a million standard deviations from the mean"
      )
    }
    self.training = TrainingData(
      training, validation: validation, targets: preparation.targets.count,
      conditions: preparation.conditions.count)
    output.clearStatus()
  }
}
