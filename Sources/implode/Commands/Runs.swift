import Foundation
import Text

/// `implode runs`: what has been trained, and what came of it.
let runs = Command<RunsOptions>(
  name: "runs", about: "a table of runs: systems, losses, metrics, times",
  examples: [
    Example("", "the runs in runs/, newest first"),
    Example("sweep --sort mse", "the best first, of those that evaluate has judged"),
    Example("--json", "all numbers, for programs"),
  ],
  notes: [
    "A run is a folder with a run.json, at most two folders below DIR. loss is the best of "
      + "validation. mse and resim, of the mean of draws, and single, of one draw, are what evaluate "
      + "has left in the folder. Columns that do not fit are left out; --json has all."
  ],
  initial: RunsOptions(), keys: RunsOptions.keys, operands: "[DIR]",
  positional: { (options, operand) throws(UsageError) in
    guard options.folder == nil else {
      throw UsageError(message: "unexpected argument '\(operand)'", hint: "name one folder")
    }
    options.folder = operand
  },
  run: { try $0.run($1) })

/// The options of `implode runs`.
struct RunsOptions: Hashable, Sendable {
  var folder: String?
  var sort = RunColumn.started
  var reverse = false
  var json = false

  static let keys: [Key<RunsOptions>] = [
    Key("sort", \.sort, placeholder: "COLUMN", "what to sort by: \(RunColumn.list)"),
    Key("reverse", \.reverse, "the other way round"),
    Key("json", \.json, "for programs"),
  ]

  func run(_ output: Output) throws {
    let folder = folder ?? "runs"
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
    guard exists, isFolder.boolValue else {
      throw Failure(
        exists ? "\(folder): is no folder" : "\(folder): there is no such folder",
        hint: "name the folder that runs are in; implode train makes one in runs/", code: .input)
    }
    let runs = RunList(below: folder).sorted(by: sort, reverse: reverse)
    if json { return try output.print(JSON.lines(runs.map(\.object))) }
    guard !runs.isEmpty else {
      output.note("hint: implode train makes one: implode train default --data data.csv")
      return try output.print("\(folder): no runs yet")
    }
    try output.print(RunList.text(of: runs, width: min(100, output.terminal.tableWidth)))
    for run in runs {
      for note in run.notes { output.warn("\(run.path): \(note)") }
    }
  }
}
