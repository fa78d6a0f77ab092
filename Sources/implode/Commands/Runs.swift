import Foundation
import Text

/// `implode runs`: lists trained runs and their results.
let runs = Command<RunsOptions>(
  name: "runs", about: "lists runs with their models, losses, metrics and times",
  examples: [
    Example("", "the runs in runs/, newest first"),
    Example("sweep --sort mse", "smallest mean squared error first"),
    Example("--json", "all columns, machine-readable"),
  ],
  notes: [
    "A run is a folder with a run.json, at most two levels below DIR. loss is the best validation "
      + "loss. mse is the mean squared error of the mean of the samples, sample-mse that of one sample, "
      + "and p-error the relative momentum error of the mean after re-simulation. They are of the "
      + "last evaluation, whose file, split and samples per row are in the columns evaluated, split "
      + "and samples. Columns that do not fit are omitted; --json has all of them.",
    "--sort by a metric compares evaluations on the same rows with the same number of samples: the "
      + "kind that most runs have. Runs without it are listed below. implode evaluate RUN --data "
      + "FILE --samples K adds one.",
  ],
  initial: RunsOptions(), keys: RunsOptions.keys, operands: "[DIR]",
  positional: { try $0.folder.take($1, hint: "name one folder") },
  run: { try $0.run($1) })

/// The options of `implode runs`.
struct RunsOptions: Hashable, Sendable {
  var folder: String?
  var sort = RunColumn.started
  var reverse = false
  var json = false

  static let keys: [Key<RunsOptions>] = [
    Key("sort", \.sort, placeholder: "COLUMN", "column to sort by: \(RunColumn.list)"),
    Key("reverse", \.reverse, "reverse the order"),
    .json(\.json),
  ]

  func run(_ output: Output) throws {
    let folder = folder ?? "runs"
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else {
      throw Failure(
        exists ? "\(folder): is not a folder" : "\(folder): does not exist",
        hint: "name a folder of runs; implode train creates runs in runs/", code: .input)
    }
    let runs = RunList(below: folder).sorted(by: sort, reverse: reverse)
    if json { return try output.print(JSON.lines(runs.map(\.object))) }
    guard !runs.isEmpty else {
      output.note("hint: train one: implode train default --data data.csv")
      return try output.print("\(folder): no runs yet")
    }
    let width = min(100, output.terminal.tableWidth)
    let (ranked, others) = (runs.filter(\.isComparable), runs.filter { !$0.isComparable })
    if !ranked.isEmpty { try output.print(RunList.text(of: ranked, width: width)) }
    if !others.isEmpty {
      try output.print(
        "\nNot ranked, because evaluated on other data or with other samples:\n"
          + RunList.text(of: others, width: width))
    }
    for run in runs {
      for note in run.notes { output.warn("\(run.path): \(note)") }
    }
  }
}
