package import Text

/// The studies and trials that come of the lines of a journal, the same for everybody who reads it.
package struct Replay: Hashable, Sendable {
  /// Nil for those that were deleted, whose ids are not used again.
  private var studiesByID: [Study?] = []
  /// The study of each trial, by the trial's id, and its place in it.
  private var places: [(study: Int, number: Int)] = []

  package init() {}

  package var studies: [Study] { studiesByID.compactMap(\.self) }

  /// How many trials there are in all, which is the id of the next.
  package var trials: Int { places.count }

  /// The next study has this id.
  package var nextStudy: Int { studiesByID.count }

  package func study(named name: String) -> Study? { studies.first { $0.name == name } }

  /// Applies a line; what contradicts the lines before it is ignored, as Optuna does.
  package mutating func apply(_ line: JournalValue) throws(Failure) {
    guard let code = line["op_code"]?.int else { throw Self.malformed("no op_code") }
    switch code {
    case 0: try createStudy(line)
    case 1: if let study = existing(line) { studiesByID[study] = nil }
    // Notes of studies, and what only others write.
    case 2, 3, 10: break
    case 4: try createTrial(line)
    case 5...9: try change(line, code)
    default: throw Self.malformed("op_code \(code), which no version up to Optuna 5 writes")
    }
  }

  private static func malformed(_ what: String) -> Failure {
    Failure(what, hint: "is it a journal of Optuna, written by a version up to 5?")
  }

  private func existing(_ line: JournalValue) -> Int? {
    line["study_id"]?.int.flatMap { studiesByID.indices.contains($0) ? $0 : nil }
      .flatMap { studiesByID[$0] == nil ? nil : $0 }
  }

  private mutating func createStudy(_ line: JournalValue) throws(Failure) {
    guard let name = line["study_name"]?.string, let directions = line["directions"]?.elements
    else { throw Self.malformed("a study without a name or a direction") }
    guard study(named: name) == nil else { return }
    studiesByID.append(
      Study(
        id: studiesByID.count, name: name,
        directions: directions.map { $0.int.flatMap(Study.Direction.init) ?? .unknown }))
  }

  private mutating func createTrial(_ line: JournalValue) throws(Failure) {
    guard let study = existing(line), let number = studiesByID[study]?.trials.count else { return }
    let code = line["state"]?.int ?? Trial.State.running.rawValue
    guard let state = Trial.State(rawValue: code) else {
      throw Self.malformed("a trial of state \(code)")
    }
    var trial = Trial(id: places.count, number: number, state: state)
    (trial.started, trial.completed) =
      (line["datetime_start"]?.string, line["datetime_complete"]?.string)
    for member in line["distributions"]?.members ?? [] {
      guard let distribution = member.value.string.flatMap(Distribution.init(json:)),
        let number = line["params"]?[member.name]?.double
      else { throw Self.malformed("parameter '\(member.name)' without a known distribution") }
      trial.parameters[member.name] = Trial.Parameter(number, distribution)
    }
    for member in line["intermediate_values"]?.members ?? [] {
      if let step = Int(member.name) { trial.reports[step] = member.value.double ?? .nan }
    }
    trial.values =
      line["values"]?.elements?.compactMap(\.double) ?? line["value"]?.double.map { [$0] }
    for member in line["user_attrs"]?.members ?? [] { trial.notes[member.name] = member.value }
    for member in line["system_attrs"]?.members ?? [] {
      trial.systemNotes[member.name] = member.value
    }
    studiesByID[study]?.trials.append(trial)
    places.append((study, number))
  }

  /// What happens to a trial that is not finished.
  private mutating func change(_ line: JournalValue, _ code: Int) throws(Failure) {
    guard let id = line["trial_id"]?.int, places.indices.contains(id) else { return }
    let (study, number) = places[id]
    guard var trial = studiesByID[study]?.trials[number], !trial.state.isFinished else { return }
    switch code {
    case 5: try setParameter(line, of: &trial, study)
    case 6: try setState(line, of: &trial)
    case 7:
      guard let step = line["step"]?.int else { throw Self.malformed("a report without a step") }
      trial.reports[step] = line["intermediate_value"]?.double ?? .nan
    case 8:
      for note in line["user_attr"]?.members ?? [] { trial.notes[note.name] = note.value }
    default:
      for note in line["system_attr"]?.members ?? [] { trial.systemNotes[note.name] = note.value }
    }
    studiesByID[study]?.trials[number] = trial
  }

  private func setParameter(
    _ line: JournalValue, of trial: inout Trial, _ study: Int
  ) throws(Failure) {
    guard let name = line["param_name"]?.string, let number = line["param_value_internal"]?.double,
      let distribution = line["distribution"]?.string.flatMap(Distribution.init(json:))
    else { throw Self.malformed("a parameter without a name, a number or a known distribution") }
    // The first trial that has it decides what it can be.
    let first = studiesByID[study]?.trials.lazy.compactMap { $0.parameters[name] }.first
    if let first, !first.distribution.isCompatible(with: distribution) { return }
    trial.parameters[name] = Trial.Parameter(number, distribution)
  }

  private func setState(_ line: JournalValue, of trial: inout Trial) throws(Failure) {
    guard let code = line["state"]?.int, let state = Trial.State(rawValue: code) else {
      throw Self.malformed("a trial without a known state")
    }
    // Somebody else was faster to take it.
    if state == .running && trial.state == .running { return }
    trial.state = state
    if state == .running { trial.started = line["datetime_start"]?.string }
    if state.isFinished { trial.completed = line["datetime_complete"]?.string }
    if let values = line["values"]?.elements { trial.values = values.compactMap(\.double) }
  }

  package static func == (a: Replay, b: Replay) -> Bool { a.studiesByID == b.studiesByID }
  package func hash(into hasher: inout Hasher) { hasher.combine(studiesByID) }
}
