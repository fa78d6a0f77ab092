import Search
import Text

/// The trials of a study, as a table and as JSON.
struct TuneTable {
  private let study: Study
  private let folder: TuneFolder

  init(_ study: Study, _ folder: TuneFolder) { (self.study, self.folder) = (study, folder) }

  /// `implode tune --show DIR`.
  static func show(_ path: String, storage: String?, json: Bool, _ output: Output) throws {
    let folder = try TuneFolder(showing: path, storage: storage)
    let journal = try Journal(JournalFile(reading: folder.storage))
    guard let study = journal.state.study(named: folder.study) else {
      throw Failure(
        "\(folder.storage): has no study '\(folder.study)'",
        hint: "name the journal of the search: --storage JOURNAL", code: .input)
    }
    let table = TuneTable(study, folder)
    try output.print(
      json ? table.json.description : table.text(most: .max, output.terminal.tableWidth))
  }

  /// The best trials first, then all others by number.
  private var trials: [Trial] {
    let ranked = study.ranked
    let ids = Set(ranked.map(\.id))
    return ranked + study.trials.filter { !ids.contains($0.id) }
  }

  private var names: [String] {
    var names: [String] = []
    for name in study.trials.flatMap({ $0.parameters.keys.sorted() }) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  private static let states: [(Trial.State, String)] = [
    (.complete, "complete"), (.pruned, "pruned"), (.failed, "failed"), (.running, "running"),
    (.waiting, "waiting"),
  ]

  private var summary: String {
    let counts = Self.states.compactMap { state, word in
      let count = study.trials.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(word)"
    }
    return "study '\(study.name)': \(Numbers.count(study.trials.count, "trial"))"
      + (counts.isEmpty ? "" : ": ") + counts.joined(separator: ", ")
  }

  func text(most: Int, _ width: Int) -> String {
    var table = TextTable(
      [.number("trial"), .text("state"), .number("loss"), .number("epoch")]
        + names.map { .number($0) })
    for trial in trials.prefix(most) { table.append(row(trial)) }
    let left = study.trials.count - min(most, study.trials.count)
    return
      ([summary]
      + (study.trials.isEmpty ? [] : ["", table.text(width: width).withoutTrailingBlanks])
      + (left > 0 ? ["and \(left) more: implode tune --show \(folder.path)"] : [])
      + trials.prefix(most).compactMap { trial in
        trial.failure.map { "trial \(trial.number) failed: \($0)" }
      }).joined(separator: "\n")
  }

  private func row(_ trial: Trial) -> [String] {
    let value = trial.value.map { Numbers.significant($0, digits: 5) } ?? ""
    return [
      "\(trial.number)", Self.states.first { $0.0 == trial.state }?.1 ?? "", value,
      (trial.notes["implode_best_epoch"]?.int ?? trial.lastStep).map { "\($0)" } ?? "",
    ] + names.map { name in trial.parameters[name].map { Self.shown($0.value) } ?? "" }
  }

  private static func shown(_ value: JournalValue) -> String {
    switch value {
    case .number(let number): Numbers.significant(number, digits: 4)
    case .text(let text): text
    default: value.line()
    }
  }

  var json: JSON {
    .members([
      "study": .string(study.name), "storage": .string(folder.storage),
      "best": .optional(study.ranked.first?.number),
      "trials": .array(study.trials.map(Self.object)),
    ])
  }

  private static func object(_ trial: Trial) -> JSON {
    .members([
      "number": .integer(trial.number),
      "state": .string(states.first { $0.0 == trial.state }?.1 ?? ""),
      "value": .optional(trial.value),
      "best_epoch": .optional(trial.notes["implode_best_epoch"]?.int),
      "parameters": .object(
        trial.parameters.sorted { $0.key < $1.key }.map {
          JSON.Member($0.key, json(of: $0.value.value))
        }),
      "reports": .array(
        trial.reports.sorted { $0.key < $1.key }.map {
          .array([.integer($0.key), .number($0.value)])
        }),
      "run": trial.notes[TrialClaim.note]?.string.map { .string($0) } ?? .null,
      "failure": trial.failure.map { .string($0) } ?? .null,
    ])
  }

  private static func json(of value: JournalValue) -> JSON {
    switch value {
    case .truth(let truth): .bool(truth)
    case .integer(let whole): .integer(whole)
    case .number(let number): .number(number)
    case .text(let text): .string(text)
    default: .null
    }
  }
}

extension Trial {
  /// Why it has failed, where Implode knows.
  var failure: String? { notes["implode_failure"]?.string }
}
