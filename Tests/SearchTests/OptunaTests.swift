import Foundation
@testable import Search
import TestSupport
import Testing

/// A Python that has Optuna.
private struct Interpreter: CustomTestStringConvertible, Sendable {
  let path: String
  let version: String

  var testDescription: String { "Optuna \(version)" }

  /// Of both variables that `make test-journal` sets.
  static let all = ["IMPLODE_PYTHON", "IMPLODE_PYTHON_OPTUNA4"].compactMap { name in
    ProcessInfo.processInfo.environment[name].flatMap { path -> Interpreter? in
      let version = try? Python.run(
        "import optuna; print(optuna.__version__)", interpreter: path)
      return version.map { Interpreter(path: path, version: $0.filter { $0 != "\n" }) }
    }
  }
}

/// Journals that Optuna and Implode write at the same time.
@Suite(.enabled(if: !Interpreter.all.isEmpty, "no Python with Optuna: see make test-journal"))
struct OptunaTests {
  private let folder: Folder
  private let path: String

  init() throws {
    folder = try Folder()
    path = folder.path("journal.log")
  }

  private static let open = """
    import json, sys, optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = JournalStorage(JournalFileBackend(sys.argv[1]))
    study = optuna.create_study(
        storage=storage, study_name="shared", load_if_exists=True,
        sampler=optuna.samplers.TPESampler(seed=1, n_startup_trials=5))

    """

  /// Twelve trials, of which some are pruned or fail.
  private static let search =
    open + """
      def objective(trial):
          rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
          layers = trial.suggest_int("layers", 2, 8, step=2)
          kind = trial.suggest_categorical("kind", ["flow", 4, None])
          trial.set_user_attr("by", "optuna é")
          trial.report(float("nan"), 1)
          trial.report(rate, 2)
          if kind is None: raise optuna.TrialPruned()
          if layers == 8: raise ValueError("too many")
          return rate * layers
      study.optimize(objective, n_trials=12, catch=(ValueError,))
      """

  private static let list =
    open + """
      for t in study.trials:
          print(json.dumps([
              t.number, int(t.state), t.values, sorted(t.params.items()),
              sorted(t.intermediate_values.items()), sorted(t.user_attrs.items())]))
      """

  private static let parameters: [(String, Distribution)] = [
    ("rate", .float(low: 1e-4, high: 1, isLog: true)),
    ("layers", .integer(low: 2, high: 8, isLog: false, step: 2)),
    ("kind", .choice([.text("flow"), .integer(4), .null])),
  ]

  /// As the script lists a trial.
  private static func line(_ trial: Trial) -> String {
    func pairs(_ pairs: [(JournalValue, JournalValue)]) -> JournalValue {
      .array(pairs.map { .array([$0.0, $0.1]) })
    }
    let parameters = trial.parameters.sorted { $0.key < $1.key }
    let reports = trial.reports.sorted { $0.key < $1.key }
    let notes = trial.notes.sorted { $0.key < $1.key }
    return JournalValue.array([
      .integer(trial.number), .integer(trial.state.rawValue),
      trial.values.map { .array($0.map(JournalValue.number)) } ?? .null,
      pairs(parameters.map { (.text($0.key), $0.value.value) }),
      pairs(reports.map { (.integer($0.key), .number($0.value)) }),
      pairs(notes.map { (.text($0.key), $0.value) }),
    ]).line(blanks: true)
  }

  /// One trial of ours, in several appends.
  private func addTrial(_ journal: Journal, _ study: Int) throws {
    var id = 0
    var points: [(name: String, parameter: Trial.Parameter)] = []
    try journal.append { state in
      let trials = state.studies.first { $0.id == study }?.trials ?? []
      id = state.trials
      let space = Self.parameters.enumerated().map { place, pair in
        SearchParameter(pair.0, pair.1, place: place)
      }
      let numbers = TreeParzenSampler(seed: 5).sample(
        space, trial: trials.count, among: trials)
      points = zip(Self.parameters, numbers).map { ($0.0, Trial.Parameter($1, $0.1)) }
      return [.createTrial(study: study)]
        + points.map { .setParameter(trial: id, name: $0.name, $0.parameter) }
    }
    try journal.append(.report(trial: id, step: 1, value: 0.5))
    try journal.append(
      .note(trial: id, name: "by", .text("implode")),
      .setState(trial: id, .complete, value: points[0].parameter.number))
  }

  @Test(
    "what Optuna and Implode add to a journal at the same time both read alike",
    arguments: Interpreter.all)
  fileprivate func together(_ interpreter: Interpreter) throws {
    let journal = try Journal(JournalFile(path))
    let study = try journal.study(named: "shared")
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: interpreter.path)
    process.arguments = ["-c", Self.search, path]
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    // From when Optuna has written its first line until it has written its last.
    while process.isRunning && journal.state.trials == 0 {
      usleep(1000)
      try journal.refresh()
    }
    var count = 0
    repeat {
      try addTrial(journal, study.id)
      count += 1
    } while process.isRunning && count < 40
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    try journal.refresh()
    let trials = try #require(journal.state.study(named: "shared")).trials
    #expect(trials.count { $0.notes["by"] == .text("optuna é") } == 12)
    #expect(trials.count { $0.notes["by"] == .text("implode") } == count)
    #expect(trials.count == 12 + count && trials.allSatisfy(\.state.isFinished))
    let listed = try Python.run(Self.list, [path], interpreter: interpreter.path)
    #expect(listed == trials.map { Self.line($0) + "\n" }.joined())
  }

  /// The logarithm of Optuna's density of some trials at some points.
  private static let density = """
    import json, sys, numpy
    from optuna.distributions import *
    from optuna.samplers._tpe import parzen_estimator, sampler
    space = dict(
        a=FloatDistribution(-5, 10), b=FloatDistribution(1e-4, 1, log=True),
        c=IntDistribution(0, 100, step=2), d=IntDistribution(1, 1000, log=True),
        e=CategoricalDistribution(["u", "v", "w"]))
    parameters = parzen_estimator._ParzenEstimatorParameters(
        prior_weight=1.0, consider_magic_clip=True, consider_endpoints=False,
        weights=sampler.default_weights, multivariate=True)
    def columns(rows): return {k: numpy.array([r[i] for r in rows]) for i, k in enumerate(space)}
    trials, points = json.loads(sys.argv[1])
    density = parzen_estimator._ParzenEstimator(columns(trials), space, parameters)
    print(json.dumps(density.log_pdf(columns(points)).tolist()))
    """

  @Test(
    "the densities of TPE are those of Optuna 5, where no two trials have the same number",
    arguments: Interpreter.all.filter { $0.version.hasPrefix("5.") }, [0, 1, 2, 9, 40])
  fileprivate func densities(_ interpreter: Interpreter, trials count: Int) throws {
    let space = [
      Distribution.float(low: -5, high: 10, isLog: false),
      .float(low: 1e-4, high: 1, isLog: true), .integer(low: 0, high: 100, isLog: false, step: 2),
      .integer(low: 1, high: 1000, isLog: true), .choice([.text("u"), .text("v"), .text("w")]),
    ].enumerated().map { SearchParameter("\($0)", $1, place: $0) }
    let sampler = RandomSampler(seed: 5)
    let points = (100..<120).map { sampler.sample(space, trial: $0, among: []) }
    // Of equal numbers Optuna does not say which gets which width.
    let trials = (0..<count).map { number in
      var trial = sampler.sample(space, trial: number, among: [])
      (trial[2], trial[3]) = (Double(number * 38 % 102), Double(1 + number * 7))
      return trial
    }
    func json(_ rows: [[Double]]) -> JournalValue {
      .array(rows.map { .array($0.map(JournalValue.number)) })
    }
    let text = try Python.run(
      Self.density, [JournalValue.array([json(trials), json(points)]).line()],
      interpreter: interpreter.path)
    let expected = try JSONDecoder().decode([Double].self, from: Data(text.utf8))
    let density = ParzenEstimator(trials, of: space)
    for (point, expected) in zip(points, expected) {
      let found = density.logDensity(point)
      #expect(abs(found - expected) < 1e-9, "\(found) and \(expected)")
    }
    #expect(expected.count == 20)
  }

  @Test(
    "a trial that was enqueued is read with the values that it is to have",
    arguments: Interpreter.all)
  fileprivate func enqueued(_ interpreter: Interpreter) throws {
    let script = Self.open + "study.enqueue_trial({'rate': 0.5, 'kind': 'flow'})"
    try Python.run(script, [path], interpreter: interpreter.path)
    let journal = try Journal(JournalFile(path))
    let trial = try #require(journal.state.study(named: "shared")?.trials.first)
    #expect(trial.state == .waiting)
    #expect(trial.systemNotes["fixed_params"]?["rate"] == .number(0.5))
    try journal.append(.setState(trial: trial.id, .running))
    try journal.append(.setState(trial: trial.id, .failed))
    let listed = try Python.run(Self.list, [path], interpreter: interpreter.path)
    #expect(listed == "[0, 3, null, [], [], []]\n")
  }
}
