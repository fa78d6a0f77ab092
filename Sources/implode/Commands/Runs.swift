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
      + "loss. From the last evaluation, mse is the mean squared error of the mean of the samples, "
      + "sample-mse that of one sample, and p-error the relative momentum error of the mean after "
      + "re-simulation. Columns that do not fit are omitted; --json has all of them."
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
    try output.print(RunList.text(of: runs, width: min(100, output.terminal.tableWidth)))
    for run in runs {
      for note in run.notes { output.warn("\(run.path): \(note)") }
    }
  }
}
