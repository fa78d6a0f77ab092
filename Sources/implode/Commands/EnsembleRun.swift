import Configuration
import Engine
import Machine
import Models
import Records
import Text
import Training

/// One call of `implode train` for an ensemble: networks that differ in their seeds alone, each a run
/// of its own in the ensemble's folder, and all of them as one model.
struct EnsembleRun {
  private let options: TrainOptions
  private let resolved: Resolved<RunConfiguration>
  private let output: Output

  /// Nil where one network is asked for.
  init?(_ options: TrainOptions, _ output: Output) throws {
    if options.printConfig { return nil }
    var options = options
    let folder = options.resume == "auto" ? options.out : options.resume
    if let folder, Files.exist(Self.network(1, of: folder)) {
      if options.config == nil { options.config = "\(folder)/config.json5" }
      options.out = options.out ?? folder
    }
    guard options.config != nil else { return nil }
    let resolved = try options.resolve(nil)
    guard resolved.config.ensemble > 1 else { return nil }
    (self.options, self.resolved, self.output) = (options, resolved, output)
  }

  func run() throws {
    for warning in resolved.warnings { output.warn(warning) }
    let place = try Workplace.choose(
      options.backend, device: options.device, threads: options.threads)
    let reader = TrainRun(options, output)
    let threads = options.threads ?? CPU.threads
    let table = try reader.table(resolved.config, nil, threads: threads)
    if options.dryRun { return try estimate(table, place) }
    try checkResumed(table)
    let directory = try directory()
    let time = TrainingTime(before: 0)
    let record = RunRecord(
      options, resolved, table, place, ProductTuning(), directory, time,
      isResumed: options.resume != nil)
    StopFlag.install()
    output.keepLog("\(directory.path)/log.txt")
    try record.writeConfiguration()
    try record.write(reason: "running")
    do {
      try train(on: table, at: place, in: directory, threads: threads)
      try join(in: directory)
    } catch {
      let isStopped = (error as? any ExplainedError)?.code == .stopped
      try? record.write(reason: isStopped ? TrainingEnd.stopped.rawValue : "failed")
      throw error
    }
    try record.write(reason: TrainingEnd.finished.rawValue)
    try report(directory)
  }

  private var count: Int { resolved.config.ensemble }

  static func network(_ number: Int, of folder: String) -> String {
    "\(folder)/networks/\(number)"
  }

  private func directory() throws -> RunDirectory {
    guard let out = options.out, Files.exist(Self.network(1, of: out)) else {
      return try TrainRun(options, output).newDirectory()
    }
    return try RunDirectory(out, options.resume == nil ? .new : .resumed)
  }

  /// Throws before anything is written, where a network cannot go on like this.
  private func checkResumed(_ table: TrainingTable) throws {
    guard options.resume != nil, let out = options.out else { return }
    for number in 1...count {
      let own = options(of: number, in: out)
      guard let resume = try RunResume(own, writes: false) else { continue }
      try resume.check(own.resolve(resume).config)
      try resume.check(table.model.data)
    }
  }

  /// Of one network; the others take as long, and as much.
  private func estimate(_ table: TrainingTable, _ place: Workplace) throws {
    let plan = RunPlan(
      table.model.model.stages, data: table.rows, settings: resolved.config.trainingSettings)
    output.note("an ensemble of \(count) networks, of which this is one:")
    try DryRun(plan, table, place).report(to: output)
  }

  /// On the CPU as many networks at a time as there are threads, each with its share of them: so no
  /// thread ever waits for another. On another device one after the other.
  private func train(
    on table: TrainingTable, at place: Workplace, in directory: RunDirectory, threads: Int
  ) throws {
    let lanes = place.backend == .cpu ? min(threads, count) : 1
    let lock = Lock()
    var next = 0
    var failures: [Int: any Error] = [:]
    Threads.run(lanes) { _ in
      func take() -> Int? {
        lock.held {
          guard next < count, StopFlag.caught == nil else { return nil }
          next += 1
          return next
        }
      }
      while let number = take() {
        do {
          let own =
            place.backend == .cpu
            ? try Workplace.choose(.cpu, device: nil, threads: threads / lanes) : place
          try train(number, on: table, at: own, in: directory)
        } catch { lock.held { failures[number] = error } }
      }
    }
    let failed = failures.filter { ($0.value as? any ExplainedError)?.code != .stopped }
    if let (number, error) = failed.min(by: { $0.key < $1.key }) {
      let failure = Failure(error)
      throw Failure(
        "network \(number): \(failure.message)", hint: failure.hint, details: failure.details,
        code: failure.code)
    }
    if StopFlag.caught != nil {
      throw Failure(
        "stopped by a signal, checkpoints of all networks are saved",
        hint: "add --out \(directory.path) --resume auto to continue", code: .stopped)
    }
  }

  /// Trains a network, or goes on with it.
  private func train(
    _ number: Int, on table: TrainingTable, at place: Workplace, in directory: RunDirectory
  ) throws {
    let own = options(of: number, in: directory.path)
    let output = Output(output.terminal, about: "network \(number): ")
    let resume = try RunResume(own, writes: true)
    let resolved = try own.resolve(resume)
    resume?.warn(output)
    var table = table
    table.model.configuration = resolved.config
    try TrainRun(own, output).train(resolved, resume, on: table, at: place)
  }

  /// What would train a network by itself.
  private func options(of number: Int, in folder: String) -> TrainOptions {
    let config = resolved.config
    var own = options
    own.out = Self.network(number, of: folder)
    own.resume = options.resume == nil ? nil : "auto"
    (own.seed, own.progress) = (nil, options.progress == .auto ? .none : options.progress)
    let changed = [
      ("seed", "\(config.seed &+ UInt64(number - 1))"), ("data.seed", "\(config.splitSeed)"),
      ("ensemble", "1"),
    ]
    own.assignments.removeAll { assignment in changed.contains { $0.0 == assignment.name } }
    own.assignments += changed.map { Assignment($0.0, $0.1) }
    return own
  }

  /// Writes the networks as one model.
  private func join(in directory: RunDirectory) throws {
    let networks = try (1...count).map {
      try SavedModel(ofRun: Self.network($0, of: directory.path))
    }
    let model = SavedModel(networks, configuration: resolved.config)
    try OutputFile.write(model.writer().bytes(), to: directory.best)
  }

  private func report(_ directory: RunDirectory) throws {
    let losses = (1...count).compactMap {
      ListedRun(Self.network($0, of: directory.path), name: "").record.bestValidationLoss
    }
    let range = (losses.min() ?? .nan)...(losses.max() ?? .nan)
    let shown = [range.lowerBound, range.upperBound].map { Numbers.significant($0, digits: 5) }
    let line =
      options.progress == .json
      ? JSON.members([
        "run": .string(directory.path), "networks": .integer(count),
        "best_validation_losses": .array(losses.map { .number($0) }),
        "exit_reason": .string(TrainingEnd.finished.rawValue),
      ]).description
      : "\(directory.path): \(count) networks, best validation losses \(shown[0]) to \(shown[1])"
    output.clearStatus()
    try output.print(line)
  }
}
