import Foundation
import Search
import TestSupport
import Testing
import Text

/// What Implode writes to a journal, and what it makes of one.
@Suite struct JournalTests {
  private let folder: Folder
  private let path: String

  init() throws {
    folder = try Folder()
    path = folder.path("journal.log")
  }

  private func journal() throws -> Journal { try Journal(JournalFile(path)) }

  private func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  private static let rate = Trial.Parameter(
    0.5, .float(low: 1e-5, high: 1, isLog: true))
  private static let layers = Trial.Parameter(5, .integer(low: 2, high: 9, isLog: false))
  private static let kind = Trial.Parameter(
    1, .choice([.integer(4), .integer(8), .text("flow"), .null, .truth(true), .number(0.5)]))

  private static let operations: [JournalOperation] = [
    .createStudy(name: "s é"), .createTrial(study: 0),
    .setParameter(trial: 0, name: "x", rate), .setParameter(trial: 0, name: "n", layers),
    .setParameter(trial: 0, name: "c", kind), .report(trial: 0, step: 2, value: .nan),
    .note(trial: 0, name: "k", .members(["a": .array([.integer(1), .integer(2)])])),
    .setState(trial: 0, .running), .setState(trial: 0, .complete, value: 0.5),
    .setState(trial: 0, .failed),
  ]

  /// What Optuna 4.9 writes for them, without the worker in front.
  private static let lines = #"""
    0 "study_name":"s \u00e9","directions":[1]}
    4 "study_id":0,"datetime_start":"T"}
    5 "trial_id":0,"param_name":"x","param_value_internal":0.5,"distribution":\
    "{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 1e-05, \
    \"high\": 1.0, \"log\": true}}"}
    5 "trial_id":0,"param_name":"n","param_value_internal":5.0,"distribution":\
    "{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 1, \
    \"low\": 2, \"high\": 9}}"}
    5 "trial_id":0,"param_name":"c","param_value_internal":1,"distribution":\
    "{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": \
    [4, 8, \"flow\", null, true, 0.5]}}"}
    7 "trial_id":0,"step":2,"intermediate_value":NaN}
    8 "trial_id":0,"user_attr":{"k":{"a":[1,2]}}}
    6 "trial_id":0,"state":0,"values":null,"datetime_start":"T"}
    6 "trial_id":0,"state":1,"values":[0.5],"datetime_complete":"T"}
    6 "trial_id":0,"state":3,"values":null,"datetime_complete":"T"}
    """#.replacing("\\\n", with: "").split(separator: "\n")

  @Test("each operation is written byte for byte as Optuna writes it")
  func written() {
    for (operation, line) in zip(Self.operations, Self.lines) {
      let front = "{\"op_code\":\(line.prefix(1)),\"worker_id\":\"w\","
      #expect(operation.line(worker: "w", time: "T") == front + line.dropFirst(2))
    }
    #expect(Self.operations.count == Self.lines.count)
  }

  @Test("times are local, with microseconds and without a zone")
  func times() throws {
    let time = LocalTime.now
    #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}/) != nil, "\(time)")
  }

  @Test("what is appended is what others read, with ids and numbers as Optuna counts them")
  func roundTrip() throws {
    let first = try journal()
    let study = try first.study(named: "a")
    let other = try first.study(named: "b")
    try first.append(.createTrial(study: study.id), .createTrial(study: other.id))
    try first.append(.createTrial(study: study.id))
    try first.append(
      .setParameter(trial: 2, name: "x", Self.rate), .setParameter(trial: 2, name: "c", Self.kind),
      .report(trial: 2, step: 1, value: 3), .report(trial: 2, step: 2, value: .infinity),
      .note(trial: 2, name: "run", .text("trial-0001")),
      .setState(trial: 2, .complete, value: 0.25))
    let second = try journal()
    #expect(second.state == first.state && second.state.trials == 3)
    let trials = try #require(second.state.study(named: "a")).trials
    #expect(trials.map(\.id) == [0, 2] && trials.map(\.number) == [0, 1])
    #expect(trials[0].state == .running && trials[1].state == .complete)
    #expect(trials[1].parameters["c"]?.value == .integer(8))
    #expect(trials[1].reports == [1: 3, 2: .infinity] && trials[1].value == 0.25)
    #expect(trials[1].notes == ["run": .text("trial-0001")])
    #expect(second.state.study(named: "b")?.trials.map(\.number) == [0])
  }

  @Test("what contradicts earlier lines is ignored, as Optuna does")
  func contradictions() throws {
    let journal = try journal()
    let study = try journal.study(named: "a")
    try journal.append(.createStudy(name: "a"), .createTrial(study: study.id))
    try journal.append(.setParameter(trial: 0, name: "x", Self.rate), .createTrial(study: 7))
    try journal.append(.createTrial(study: study.id))
    // Another kind of values than the first trial has, and a trial that is finished or is not there.
    try journal.append(.setParameter(trial: 1, name: "x", Self.layers))
    try journal.append(.setState(trial: 0, .pruned, value: 1), .setState(trial: 0, .failed))
    try journal.append(.report(trial: 0, step: 1, value: 1), .report(trial: 9, step: 1, value: 1))
    let trials = try #require(journal.state.study(named: "a")).trials
    #expect(trials.count == 2 && trials[1].parameters.isEmpty)
    #expect(trials[0].state == .pruned && trials[0].value == 1 && trials[0].reports.isEmpty)
    try (text() + #"{"op_code":1,"worker_id":"w","study_id":0}"# + "\n")
      .write(toFile: path, atomically: false, encoding: .utf8)
    try journal.refresh()
    #expect(journal.state.studies.isEmpty)
    #expect(try journal.study(named: "a").id == 1)
  }

  @Test("a line that a killed writer has not finished is ignored, and cut before the next")
  func torn() throws {
    let journal = try journal()
    let study = try journal.study(named: "a")
    let whole = try text()
    let torn = #"{"op_code":4,"worker_id":"w","study_id":0,"datetime_s"#
    try (whole + torn).write(toFile: path, atomically: false, encoding: .utf8)
    try journal.refresh()
    #expect(journal.state.trials == 0)
    #expect(try Journal(JournalFile(path)).state == journal.state)
    try journal.append(.createTrial(study: study.id))
    #expect(journal.state.trials == 1)
    #expect(try text().hasPrefix(whole + #"{"op_code":4"#) && !text().contains(torn + "{"))
  }

  @Test("a damaged line in the middle is an error that names the line")
  func damaged() throws {
    try "{\"op_code\":0,\"wor\n{}\n".write(toFile: path, atomically: false, encoding: .utf8)
    let failure = #expect(throws: Failure.self) { try journal() }
    #expect(failure?.message.contains("journal.log:1: '{\"op_code\":0,\"wor'") == true)
    #expect(failure?.code == .data)
    try "{\"op_code\":77,\"worker_id\":\"w\"}\n"
      .write(toFile: path, atomically: false, encoding: .utf8)
    let unknown = #expect(throws: Failure.self) { try journal() }
    #expect(unknown?.message.contains(":1: op_code 77") == true)
  }

  @Test("a lock that a killed process has left is removed after the grace")
  func staleLock() throws {
    let journal = try Journal(JournalFile(path, grace: .milliseconds(20)))
    #expect(symlink("journal.log", path + ".lock") == 0)
    try journal.append(.createStudy(name: "a"))
    #expect(journal.state.studies.count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["journal.log"])
  }

  @Test(
    "JSON is read as Python reads it",
    arguments: [
      ("[1, 2.5, -1e-3, NaN, -Infinity]", "[1,2.5,-0.001,NaN,-Infinity]"),
      (#"{"a": "\u00e9\ud83d\ude00\n", "a": null}"#, #"{"a":null}"#),
      (#""\ud83d\ude00é""#, #""\ud83d\ude00\u00e9""#),
      ("[1,]", nil), ("{\"a\"}", nil), ("1 2", nil), ("\"a", nil), ("", nil),
      (String(repeating: "[", count: 1000), nil),
    ] as [(String, String?)])
  func json(_ text: String, expected: String?) {
    let file = text + "\n"
    #expect(JournalText.line(of: file) == expected)
  }

  @Test(
    "distributions of all versions are read",
    arguments: [
      (
        #"{"name": "UniformDistribution", "attributes": {"low": 0.0, "high": 1.0}}"#,
        Distribution.float(low: 0, high: 1, isLog: false)
      ),
      (
        #"{"name": "LogUniformDistribution", "attributes": {"low": 0.1, "high": 1.0}}"#,
        .float(low: 0.1, high: 1, isLog: true)
      ),
      (
        #"{"name": "DiscreteUniformDistribution", "attributes": {"low": 0, "high": 1, "q": 0.5}}"#,
        .float(low: 0, high: 1, isLog: false, step: 0.5)
      ),
      (
        #"{"name": "IntLogUniformDistribution", "attributes": {"low": 1, "high": 8, "step": 1}}"#,
        .integer(low: 1, high: 8, isLog: true)
      ),
    ])
  func distributions(_ json: String, expected: Distribution) {
    #expect(Distribution(json: json) == expected)
    #expect(Distribution(json: expected.json) == expected)
  }
}
