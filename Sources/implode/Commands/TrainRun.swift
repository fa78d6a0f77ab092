import Configuration
import Datasets
import Engine
import Glibc
import Models
import Physics
import Records
import Training

/// One call of `implode train`, from its options to a finished run.
struct TrainRun {
  private let options: TrainOptions
  private let output: Output

  init(_ options: TrainOptions, _ output: Output) {
    (self.options, self.output) = (options, output)
  }

  func run() throws {
    let resolved = try options.resolve()
    for warning in resolved.warnings { output.warn(warning) }
    if options.printConfig {
      return try output.print(
        String(SystemConfiguration.table.text(of: resolved, remarks: .sources).dropLast()))
    }
    let resume = try RunResume(options, configuration: resolved.config)
    let configuration = resume?.model.configuration ?? resolved.config
    let place = try Workplace.choose(
      options.backend, device: options.device, threads: options.threads)
    let threads = options.threads ?? availableThreads()
    let data = try TrainingTable(options, configuration, threads: threads, output)
    try resume?.check(data)
    try checkMemory(configuration, data, place)
    if options.dryRun { return try DryRun(configuration, data, place).report(to: output) }
    let directory = try RunDirectory(
      resume?.folder ?? options.out ?? RunDirectory.free("runs/\(name)"), isNew: resume == nil)
    try train(configuration, data, place, in: directory, resume)
  }

  /// Says what does not fit a device, and what would, before the driver says less.
  private func checkMemory(
    _ configuration: SystemConfiguration, _ data: TrainingTable, _ place: Workplace
  ) throws {
    guard let memory = place.memory else { return }
    let model = SavedModel(configuration, preparation: data.preparation, data: data.identity)
    let settings = configuration.trainingSettings
    for stage in model.stages {
      let needed = StagePlan.bytes(stage, data: data.training, settings: settings)
      guard needed > memory else { continue }
      let batch = StagePlan.batch(within: memory, stage, data: data.training, settings: settings)
      throw Failure(
        "\(place.name): training needs \(Numbers.memory(needed)), the device has "
          + Numbers.memory(memory),
        hint: batch.map { "training.batch=\($0) fits" }
          ?? "no batch fits: use fewer rows, a smaller model, or --backend cpu",
        code: .unavailable)
    }
  }

  private var name: String {
    let file = options.config ?? "run"
    let stem = file.split(separator: "/").last.map(String.init) ?? file
    return stem.hasSuffix(".json5") ? String(stem.dropLast(".json5".count)) : stem
  }

  private func train(
    _ configuration: SystemConfiguration, _ data: TrainingTable, _ place: Workplace,
    in directory: RunDirectory, _ resume: RunResume?
  ) throws {
    StopFlag.install()
    let record = RunRecord(options, configuration, data, place, directory)
    try record.writeConfiguration()
    try record.write(reason: "running")
    let model = SavedModel(
      configuration, preparation: data.preparation, data: data.identity)
    let terms = LossTerm.Name.allCases.filter { name in
      model.stages.contains { $0.terms.contains { $0.name == name } }
    }
    let watch = ProgressWatch(options.progress, output, stages: model.stages.count)
    let recorder = RunRecorder(
      directory, model: model,
      metrics: try MetricsLog(
        directory.metrics, terms: terms, keeping: resume?.epochs ?? 0),
      events: try EventWriter(folder: directory.events), watch: watch)
    let trainer = Trainer(
      model.stages, data: data.training, settings: configuration.trainingSettings,
      device: place.device, events: recorder, resume: resume?.state)
    do {
      guard try trainer.run() == .finished else {
        try record.write(reason: "stopped")
        throw Failure(
          "stopped by a signal in epoch \(trainer.pastEpochs + trainer.state.epoch + 1), and saved",
          hint: "add --out \(directory.path) --resume auto to go on", code: .stopped)
      }
      try finish(trainer, recorder, model, data, place)
      try record.write(reason: "finished")
      output.clearStatus()
      try output.print(
        "\(directory.path): best validation loss \(Numbers.significant(watch.best, digits: 5)) "
          + "in epoch \(watch.bestEpoch) of \(trainer.pastEpochs)")
    } catch let failure as Failure {
      throw failure
    } catch {
      try? record.write(reason: "failed: \(Failure(error).message)")
      throw error
    }
  }

  private func finish(
    _ trainer: Trainer, _ recorder: RunRecorder, _ model: SavedModel, _ data: TrainingTable,
    _ place: Workplace
  ) throws {
    output.status("encoding the training rows")
    guard let last = model.stages.last else { return }
    let latent =
      try LatentDistribution(
        of: last, parameters: trainer.finished, data: data.training, device: place.device)
      ?? .standardNormal(last.latentWidth)
    _ = try recorder.finish(
      trainer.finished, latent: latent, epoch: trainer.pastEpochs,
      state: try trainer.snapshot())
  }
}

/// The rows of a file as a run sees them.
struct TrainingTable {
  let identity: DataIdentity
  let report: ReadingReport
  let split: Split
  let preparation: Preparation
  let training: TrainingData

  init(
    _ options: TrainOptions, _ configuration: SystemConfiguration, threads: Int, _ output: Output
  ) throws {
    let molecule = try Molecule.carbonylSulfide.with(charges: configuration.data.charges)
    output.status("reading \(options.data ?? "")")
    var reader = TableReader<Float>(
      columns: molecule.positionColumns + molecule.momentumColumns,
      badRows: BadRowPolicy(rawValue: options.onBadRow.rawValue) ?? .error)
    reader.threads = threads
    let reading = try reader.read(options.data ?? "")
    for note in reading.report.notes { output.warn(note) }
    let table = reading.table
    report = reading.report
    identity = DataIdentity(
      file: options.data ?? "", fingerprint: table.fingerprint, rows: table.rows)
    output.status("preparing \(Numbers.grouped(table.rows)) rows")
    let parts = configuration.data.split
    split = try Split(
      rows: table.rows, fractions: Split.Fractions(parts[0], parts[1], parts[2]),
      seed: configuration.seed, threads: threads)
    preparation = try Preparation(
      fittedTo: table, rows: split.training, molecule: molecule,
      settings: configuration.preparationSettings, threads: threads)
    let training = try preparation.prepare(table, rows: split.training, threads: threads)
    let validation = try preparation.prepare(table, rows: split.validation, threads: threads)
    for (part, rows) in [("training", training), ("validation", validation)]
    where rows.farValues > 0 {
      output.warn("\(rows.farValues) values of the \(part) rows are a million deviations away")
    }
    self.training = TrainingData(
      training, validation: validation, targets: preparation.targets.count,
      conditions: preparation.conditions.count)
    output.clearStatus()
  }
}
