import Foundation
import Search
import TestSupport
import Testing

/// Searches for hyper-parameters with the built program.
@Suite struct TuneTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 150) }

  private static let set =
    "set: { model: { decoder: [8] }, training: { batch: 32, epochs: 3 }, "
    + "checkpoint: { everyMinutes: 1e-9 } }"

  private static let search =
    "\"optimizer.learningRate\": { logUniform: [1e-4, 1e-2] }, "
    + "\"model.components\": { choice: [2, 4] }"

  /// Writes a search space.
  private func write(_ search: String = search, _ rest: String = "") throws {
    try "{ \(Self.set), search: { \(search) }, \(rest) }"
      .write(toFile: folder["space.json5"], atomically: true, encoding: .utf8)
  }

  private func arguments(_ out: String = "search", trials: Int, _ rest: String...) -> [String] {
    [
      "tune", folder["space.json5"], "--data", folder["data.csv"], "--out", folder[out],
      "--trials", "\(trials)", "--backend", "cpu", "--threads", "1", "--progress", "none",
    ] + rest
  }

  private func study(_ out: String = "search") throws -> Study {
    let journal = try Journal(JournalFile(reading: folder["\(out)/journal.log"]))
    return try #require(journal.state.study(named: out))
  }

  /// What is the same in two searches that come to the same.
  private func results(_ out: String) throws -> [String] {
    try study(out).trials.map { trial in
      let parameters = trial.parameters.sorted { $0.key < $1.key }.map {
        "\($0.key)=\($0.value.number)"
      }
      let reports = trial.reports.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      return "\(trial.number) \(trial.state) \(trial.values ?? []) \(parameters) \(reports)"
    }
  }

  @Test("each trial is a run with its parameters, its value the best validation loss of the run")
  func trials() throws {
    try write()
    let result = try Binary.run(arguments(trials: 3))
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.contains("study 'search': 3 trials: 3 complete"), "\(result.output)")
    let study = try study()
    #expect(study.trials.map(\.state) == [.complete, .complete, .complete])
    for trial in study.trials {
      let run = "search/trial-000\(trial.number)"
      let record = try folder.text("\(run)/run.json")
      #expect(record.contains("\"best_validation_loss\": \(trial.value ?? .nan),"), "\(record)")
      #expect(record.contains("\"exit_reason\": \"finished\""), "\(record)")
      #expect(trial.reports.count == 3 && trial.reports.values.min() == trial.value)
      let rate = try #require(trial.parameters["optimizer.learningRate"]?.number)
      let components = try #require(trial.parameters["model.components"]?.value.int)
      let configuration = try folder.text("\(run)/config.json5")
      #expect(configuration.contains("learningRate: \(rate),"), "\(configuration)")
      #expect(configuration.contains("components: \(components),"))
    }
    let best = try #require(study.ranked.first?.number)
    let own = try folder.text("search/best.json5").split(separator: "\n").dropFirst()
    #expect(
      try own
        == folder.text("search/trial-000\(best)/config.json5").split(separator: "\n")
        .dropFirst())
    // All that are wanted are there.
    let again = try Binary.run(arguments(trials: 3))
    #expect(again.status == 0 && result.output.hasSuffix(again.output), "\(again.messages)")
    // One of several processes that mpirun has started.
    let fourth = try Binary.run(
      arguments(trials: 4), environment: ["PMI_SIZE": "2", "PMI_RANK": "1"])
    #expect(fourth.status == 0, "\(fourth.messages)")
    #expect(try self.study().trials.count == 4)
    let shown = try Binary.run(["tune", "--show", folder["search"], "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [String: Any]
    #expect((object?["trials"] as? [Any])?.count == 4)
  }

  @Test("processes that search together share the trials and train each of them once")
  func together() throws {
    try write(Self.search, "pruner: \"none\"")
    let line = arguments(trials: 6).map { "'\($0)'" }.joined(separator: " ")
    let result = try Binary.shell(
      "implode \(line) & first=$!; implode \(line) & second=$!; wait $first && wait $second")
    #expect(result.status == 0, "\(result.messages)")
    let trials = try study().trials
    #expect(trials.count == 6 && trials.allSatisfy { $0.state == .complete })
    #expect(Set(trials.map { $0.parameters["optimizer.learningRate"]?.number }).count == 6)
    for trial in trials {
      #expect(try folder.metrics("search/trial-000\(trial.number)").count == 4)
    }
  }

  @Test(
    "a search that is killed or stopped and started again comes to the same", .inDebugBuilds,
    arguments: [SIGKILL, SIGTERM, SIGUSR1])
  func resumed(_ signal: Int32) throws {
    try write()
    #expect(try Binary.run(arguments("whole", trials: 3)).status == 0)
    // In the second trial, and in one that has just begun.
    for point in ["epoch:5", "signals:2"] {
      let running = try RunningTraining(arguments("parts", trials: 3), holdingAt: [point])
      try running.waitUntilHeld(at: point)
      running.kill(signal)
      if signal != SIGKILL { try running.goOn() }
      let end = try running.end()
      #expect(end.status == (signal == SIGKILL ? -signal : 75), "\(end.messages)")
      if signal != SIGKILL {
        #expect(end.messages.contains("hint: run the same command again to continue"))
        // The first trial is complete.
        #expect(folder.exists("parts/best.json5"))
      }
      #expect(try study("parts").trials.contains { $0.state == .running })
    }
    let last = try Binary.run(arguments("parts", trials: 3))
    #expect(last.status == 0, "\(last.messages)")
    #expect(try results("whole") == results("parts"))
  }

  @Test("a trial whose training fails is recorded with its message, and the search goes on")
  func failed() throws {
    try write("\"optimizer.learningRate\": { choice: [1e-3, 1e30] }", "sampler: \"random\"")
    let result = try Binary.run(arguments(trials: 6))
    #expect(result.status == 0, "\(result.messages)")
    let trials = try study().trials
    #expect(Set(trials.map(\.state)) == [.complete, .failed])
    for trial in trials {
      #expect((trial.state == .failed) == (trial.parameters["optimizer.learningRate"]?.number == 1))
      let message = trial.notes["implode_failure"]?.string
      #expect(trial.state != .failed || message?.hasPrefix("training diverged in epoch") == true)
    }
    try write("\"optimizer.learningRate\": { choice: [1e30] }")
    let none = try Binary.run(arguments("none", trials: 2))
    #expect(none.status == 78 && none.messages.contains("no trial of 2 is complete; the first: "))
  }

  @Test("a trial that is worse than others is ended between two epochs")
  func pruned() throws {
    try write(
      "\"optimizer.learningRate\": { choice: [1e-2, 1e-12] }",
      "sampler: \"random\", pruner: \"halving\"")
    let result = try Binary.run(arguments(trials: 8))
    #expect(result.status == 0, "\(result.messages)")
    let pruned = try study().trials.filter { $0.state == .pruned }
    #expect(!pruned.isEmpty)
    for trial in pruned {
      let run = "search/trial-000\(trial.number)"
      #expect(try folder.object("\(run)/run.json")["exit_reason"] as? String == "pruned")
      let epochs = try folder.metrics(run).count - 1
      #expect(epochs < 3 && trial.lastStep == epochs && trial.value == trial.reports[epochs])
      #expect(result.messages.contains("trial \(trial.number): pruned after epoch \(epochs)\n"))
    }
  }

  @Test("a trial that Optuna has enqueued is trained with the values that it asks for")
  func enqueued() throws {
    try write()
    try FileManager.default.createDirectory(
      atPath: folder["search"], withIntermediateDirectories: true)
    let line =
      #"{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":null,"state":4,"#
      + #""value":null,"values":null,"distributions":{},"params":{},"user_attrs":{},"system_attrs":"#
      + #"{"fixed_params":{"model.components":4,"optimizer.learningRate":0.0025}},"#
      + #""intermediate_values":{}}"# + "\n"
    try (JournalOperation.createStudy(name: "search").line(worker: "w") + "\n" + line)
      .write(toFile: folder["search/journal.log"], atomically: true, encoding: .utf8)
    #expect(try Binary.run(arguments(trials: 1)).status == 0)
    let trials = try study().trials
    #expect(trials.count == 1 && trials[0].state == .complete)
    #expect(trials[0].parameters["optimizer.learningRate"]?.number == 0.0025)
    #expect(trials[0].parameters["model.components"]?.value == .integer(4))
  }

  @Test("what is wrong with a search is said before anything is trained")
  func refused() throws {
    func refuse(_ status: Int32, _ words: String, _ arguments: [String]) throws {
      let result = try Binary.run(arguments)
      #expect(result.status == status && result.messages.contains(words), "\(result.messages)")
    }
    try write("\"optimizer.learninRate\": { uniform: [0.1, 1] }")
    let typo = "space.json5:1:119: unknown key 'optimizer.learninRate'"
    try refuse(78, typo, arguments(trials: 1))
    try write("\"model.components\": { integer: [0, 4] }")
    try refuse(78, "model.components: 0 must be", arguments(trials: 1))
    try write("ensemble: { choice: [1, 2] }")
    try refuse(78, "ensemble: 2: a trial trains one network", arguments(trials: 1))
    try write(Self.search, "base: \"defalt\"")
    try refuse(66, "there is no configuration 'defalt'", arguments(trials: 1))
    #expect(!folder.exists("search"))
    try write()
    try refuse(
      66, "missing.csv: is not there", arguments(trials: 1, "--data", folder["missing.csv"]))
    try refuse(66, "has no study.json", ["tune", "--show", folder.path])
    #expect(try Binary.run(arguments(trials: 1)).status == 0)
    try write(Self.search, "seed: 2")
    try refuse(78, "with which the search was started", arguments(trials: 2))
    try write()
    try folder.simulate(rows: 150, seed: 9, to: "data.csv")
    try refuse(65, "the other trials had", arguments(trials: 2))
    #expect(try study().trials.map(\.state) == [.complete, .running])
  }
}
