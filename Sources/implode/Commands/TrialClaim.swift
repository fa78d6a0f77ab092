import Configuration
import Search
import Text
import Training

/// A trial that this process is to train: nobody else takes it as long as this lives.
struct TrialClaim {
  let trial: Trial
  let assignments: [Assignment]
  private let lock: FolderLock

  /// The note by which a trial of Implode is known, with the name of its folder.
  static let note = "implode_run"

  /// The next trial: one that a stopped process has left, one that somebody has enqueued, or a new
  /// one; nil where the study has all that are wanted.
  ///
  /// All is decided while the journal is locked.
  init?(_ journal: Journal, _ folder: TuneFolder, _ space: SearchSpace, wanted: Int) throws {
    var found: (id: Int, lock: FolderLock)?
    try journal.append { state in
      guard let study = state.study(named: folder.study) else { return [] }
      for trial in study.trials where trial.state == .running && Self.isOwn(trial) {
        guard let lock = folder.claim(abandoned: trial.number) else { continue }
        found = (trial.id, lock)
        return Self.parameters(of: trial, study, space)
      }
      if let trial = study.trials.first(where: { $0.state == .waiting }) {
        found = (trial.id, try folder.claim(trial.number))
        return [.setState(trial: trial.id, .running)] + Self.begin(trial, study, space)
      }
      guard study.trials.count < wanted else { return [] }
      let trial = Trial(id: state.trials, number: study.trials.count, state: .running)
      found = (trial.id, try folder.claim(trial.number))
      return [.createTrial(study: study.id)] + Self.begin(trial, study, space)
    }
    guard let found, let study = journal.state.study(named: folder.study),
      let trial = study.trials.first(where: { $0.id == found.id })
    else { return nil }
    guard let assignments = space.assignments(of: trial.parameters), !trial.parameters.isEmpty
    else {
      throw Failure(
        "\(journal.path): trial \(trial.number) of the study '\(study.name)' has parameters that "
          + "the search space does not have",
        hint: "give the search a study of its own: study: \"NAME\" in the search space")
    }
    (self.trial, self.assignments, lock) = (trial, assignments, found.lock)
  }

  private static func isOwn(_ trial: Trial) -> Bool {
    trial.notes[note] == .text(TuneFolder.name(of: trial.number))
  }

  private static func begin(
    _ trial: Trial, _ study: Study, _ space: SearchSpace
  ) -> [JournalOperation] {
    [.note(trial: trial.id, name: note, .text(TuneFolder.name(of: trial.number)))]
      + parameters(of: trial, study, space)
  }

  /// Those that the trial does not have yet: all of a new one, none of one that was trained.
  private static func parameters(
    of trial: Trial, _ study: Study, _ space: SearchSpace
  ) -> [JournalOperation] {
    var fixed = trial.parameters.mapValues(\.value)
    for member in trial.systemNotes["fixed_params"]?.members ?? [] {
      fixed[member.name] = fixed[member.name] ?? member.value
    }
    let others = study.trials.filter { $0.id != trial.id }
    return space.sample(trial: trial.number, among: others, fixed: fixed)
      .filter { trial.parameters[$0.parameter.name] == nil }
      .map { parameter, number in
        .setParameter(
          trial: trial.id, name: parameter.name,
          Trial.Parameter(number, parameter.distribution))
      }
  }
}
