import Configuration
import Machine
import Search
import Text
import Training

/// One call of `implode tune`: trials, one after the other, until the study has all that are wanted.
struct TuneRun {
  private let options: TuneOptions
  private let output: Output
  private let space: SearchSpace
  private let folder: TuneFolder
  private let journal: Journal

  init(_ options: TuneOptions, _ output: Output) throws {
    (self.options, self.output) = (options, output)
    space = try SearchSpace(contentsOf: options.space ?? "")
    // What no trial could do without is missed before there is a study.
    guard Files.exist(options.data ?? "") else {
      throw Failure(
        .input, file: options.data ?? "", cause: "is not there",
        hint: "name the data set with --data")
    }
    _ = try Workplace.choose(options.backend, device: options.device, threads: options.threads)
    folder = try TuneFolder(options, space)
    journal = try Journal(JournalFile(folder.storage))
    let folder = folder
    try journal.append { _ in
      try folder.settle(options)
      return []
    }
    guard try journal.study(named: folder.study).directions == [.minimize] else {
      throw Failure(
        "\(folder.storage): the study '\(folder.study)' does not minimize one value",
        hint: "give the search a study of its own: study: \"NAME\" in the search space")
    }
  }

  func run() throws {
    StopFlag.install()
    do { try train() } catch {
      // What the trials so far have come to is of use, however the search ended.
      if let study = try? self.study() { try? keepBest(of: study) }
      throw error
    }
    try conclude()
  }

  private func train() throws {
    while true {
      if StopFlag.caught != nil { throw Self.stopped("stopped by a signal between two trials") }
      guard
        let claim = try TrialClaim(journal, folder, space, wanted: options.trials)
      else { break }
      try train(claim)
    }
  }

  private func train(_ claim: TrialClaim) throws {
    let trial = claim.trial
    let changes = claim.assignments.dropFirst(space.settings.count)
    output.note(
      "trial \(trial.number): " + changes.map { "\($0.name)=\($0.text)" }.joined(separator: " "))
    let watch = TrialWatch(trial, journal, space.pruner.pruner, folder)
    var training = options.training(space, out: folder.run(of: trial.number))
    training.assignments = claim.assignments
    do {
      try TrainRun(training, Output(output.terminal), trial: watch).run()
    } catch {
      return try note(Failure(error), trial)
    }
    try record(watch, trial)
  }

  /// What has come of a trial that was trained.
  private func record(_ watch: TrialWatch, _ trial: Trial) throws {
    guard let result = watch.result, result.best.isFinite else {
      return try fail(trial, "no validation loss")
    }
    let epoch = JournalOperation.note(
      trial: trial.id, name: "implode_best_epoch", .integer(result.bestEpoch))
    guard watch.isPruned else {
      return try journal.append(epoch, .setState(trial: trial.id, .complete, value: result.best))
    }
    let own = journal.state.studies.flatMap(\.trials).first { $0.id == trial.id }
    let last = own?.lastStep.flatMap { own?.reports[$0] }.flatMap { $0.isFinite ? $0 : nil }
    try journal.append(epoch, .setState(trial: trial.id, .pruned, value: last))
    output.note("trial \(trial.number): pruned after epoch \(own?.lastStep ?? 0)")
  }

  /// A trial that has failed is one of the results; what stands against all trials ends the search,
  /// and the trial is left to be continued.
  private func note(_ failure: Failure, _ trial: Trial) throws {
    switch failure.code {
    case .stopped:
      throw Self.stopped("trial \(trial.number): \(failure.message)")
    case .usage, .data, .input, .creation, .output:
      throw Failure(
        "trial \(trial.number): \(failure.message)", hint: failure.hint, details: failure.details,
        code: failure.code)
    default:
      output.warn("trial \(trial.number) failed: \(failure.message)")
      try fail(trial, failure.message)
    }
  }

  private func fail(_ trial: Trial, _ message: String) throws {
    try journal.append(
      .note(trial: trial.id, name: "implode_failure", .text(message)),
      .setState(trial: trial.id, .failed))
  }

  private static func stopped(_ message: String) -> Failure {
    Failure(message, hint: "run the same command again to continue", code: .stopped)
  }

  /// The table, and the best configuration.
  private func conclude() throws {
    guard let study = try study() else { return }
    let table = TuneTable(study, folder)
    try output.print(
      options.json ? table.json.description : table.text(most: 10, output.terminal.tableWidth))
    guard !study.ranked.isEmpty else {
      if study.trials.contains(where: { $0.state == .running }) { return }
      throw Failure(
        "no trial of \(study.trials.count) is complete"
          + (study.trials.lazy.compactMap(\.failure).first.map { "; the first: \($0)" } ?? ""),
        hint: "implode tune --show \(folder.path) lists them; change the search space",
        code: .configuration)
    }
    try keepBest(of: study)
  }

  private func study() throws -> Study? {
    try journal.refresh()
    return journal.state.study(named: folder.study)
  }

  private func keepBest(of study: Study) throws {
    guard let best = study.ranked.first,
      let assignments = space.assignments(of: best.parameters)
    else { return }
    let configuration = try space.configuration(assignments)
    let file = "\(folder.path)/best.json5"
    try OutputFile.write(
      "// Trial \(best.number) of the study \(study.name.debugDescription): validation loss "
        + "\(best.value ?? .nan).\n"
        + RunConfiguration.table.table(of: configuration).text(of: configuration),
      to: file)
    output.note("the configuration of trial \(best.number) is in \(file)")
  }
}
