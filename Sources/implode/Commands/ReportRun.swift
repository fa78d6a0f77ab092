import Configuration
import Datasets
import Evaluation
import Foundation
import Machine
import Models
import Reporting
import Training
import Text

extension EvaluateOptions {
  /// Evaluates the run, and writes its report.
  func report(_ output: Output) throws {
    let folder = folder ?? ""
    if Files.isPlain(folder) {
      throw Failure(
        "\(folder): is a file, and a report is of a run",
        hint: "name the run's folder; implode evaluate takes a checkpoint", code: .usage)
    }
    let place = out ?? "\(folder)/report"
    let rule = rule(for: place)
    try Report.check(place, rule)
    let result = try evaluated(
      output, exact: prior.family == nil ? .wherePossible : .required)
    output.status("drawing figures")
    let run = ListedRun(folder, name: folder.lastPathPart)
    let environment = ProcessInfo.processInfo.environment
    let content = content(result, run)
    let hasHistory = content.history["epoch"]?.isEmpty == false
    let summary = try Report(content).write(
      to: place, rule: rule,
      gnuplot: Gnuplot.find(
        environment["IMPLODE_GNUPLOT"], search: environment["PATH"] ?? "/usr/local/bin:/usr/bin"),
      threads: result.threads)
    output.clearStatus()
    // What is printed last is what a terminal shows.
    let exact = prior.family == nil ? nil : result.tables.exact
    try output.print([exact, result.tables.main].compactMap(\.self))
    try output.print(
      "\(summary.page): \(Numbers.count(summary.drawn.count, "figure")), "
        + Numbers.count(result.tables.sheets.count, "table"))
    for remark in result.remarks(file: data) { output.show(remark) }
    for warning in summary.warnings { output.warn(warning) }
    if !hasHistory {
      output.warn("\(folder)/metrics.csv: no epochs can be read; there are no learning curves")
    }
    for note in run.notes { output.warn("\(folder): \(note)") }
    try result.check()
  }

  /// What the report may overwrite; nil in the run's own folder for it, where all is the report's.
  private func rule(for place: String) -> OverwriteRule? {
    let own = "\(folder ?? "")/report"
    if place == own || Files.areSame(place, own) { return nil }
    return OverwriteRule(of: "report", isForced: force, run: folder, inputs: [data])
  }

  private func content(_ result: Outcome, _ run: ListedRun) -> ReportContent {
    let (model, evaluation) = (result.model, result.evaluation)
    var content = ReportContent(title: run.name, evaluated: evaluation.evaluated)
    content.tables = result.tables.sheets
    content.history = TrainingHistory(contentsOf: "\(run.path)/metrics.csv")
    (content.posterior, content.calibration) = (evaluation.posterior, evaluation.calibration)
    content.latent = evaluation.latent
    (content.exact, content.whyNotExact) = (evaluation.exact, result.whyNotExact)
    content.configuration = model.configuration.text
    content.facts = facts(result, run.record)
    content.warnings = result.remarks(file: data).map(\.text)
    return content
  }

  private func facts(
    _ result: Outcome, _ record: ListedRun.Record
  ) -> [(name: String, value: String)] {
    let (model, evaluation) = (result.model, result.evaluation)
    var facts = [(name: "model", value: model.configuration.kind.choiceName)]
    func add(_ name: String, _ value: String?) {
      if let value { facts.append((name, value)) }
    }
    if let name = record.configuration, name != model.configuration.kind.choiceName {
      facts[0].value += " (\(name))"
    }
    // Pages are passed on; whose folder the data were in is nobody's business.
    add(
      "training data",
      "\(model.data.file.lastPathPart), \(Numbers.count(grouped: model.data.rows, "row"))")
    add("units of its file", model.data.units.isEmpty ? nil : model.data.units.description)
    add("fingerprint", model.data.fingerprint)
    add(
      "evaluated on",
      "\(Numbers.count(grouped: evaluation.rows, "row")): "
        + (evaluation.isTrainingData ? "training data, \(result.split) split" : data ?? ""))
    if let translation = evaluation.translation, !translation.isZero {
      let offset = Numbers.significant(translation.offset, digits: 3)
      add(
        "origin of the errors",
        translation.isRemoved
          ? "center of mass, \(offset) bohr (rms) from the origin of the file" : "that of the file")
    }
    add("epochs", record.epochs.map { "\($0), best \(model.epoch)" })
    add("training time", record.seconds.map { "\(Numbers.significant($0, digits: 3)) s" })
    add("trained on", [record.backend, record.device].compactMap(\.self).joined(separator: ": "))
    add("evaluated with", "\(result.place.backend.rawValue): \(result.place.name)")
    add("random seed of the samples", "\(seed)")
    add("started", record.started)
    add("Implode", Implode.version)
    return facts
  }
}

extension TrainingHistory {
  /// The rows of a `metrics.csv`; none where it is missing or nothing of the kind.
  init(contentsOf path: String) {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false)
    }
    let columns = (lines.first ?? []).map(String.init)
    let rows = lines.dropFirst().filter { $0.count == columns.count }
    self.init(
      columns: columns,
      values: columns.indices.map { column in rows.map { Double($0[column]) ?? .nan } })
  }
}
