import Configuration
import Datasets
import Engine
import Text

/// `implode train`: a system, learned from a data set.
let train = Command<TrainOptions>(
  name: "train", about: "trains a system on a data set",
  examples: [
    Example("default --data data.csv", "the system to start with"),
    Example("cvae-wide training.epochs=20 --data data.csv --out runs/wide", "with a change"),
    Example("my.json5 --data data.csv --out runs/a --resume auto", "new, or where it stopped"),
  ],
  notes: [
    "CONFIG is a file or the name of a configuration that comes with the program: "
      + TrainOptions.shippedNames + ". NAME=VALUE changes one of its keys; --print-config shows "
      + "them all, with where each value comes from.",
    "SIGTERM, SIGUSR1, SIGHUP and Ctrl-C save and end with exit code 75; --resume auto goes on "
      + "from there, on the cpu to the same bits as if nothing had happened. A second Ctrl-C ends "
      + "at once.",
    "A run that goes on has the data and the configuration that it began with. Only "
      + RunResume.changeable.joined(separator: ", ")
      + " may change: with more epochs, a run that is finished goes on.",
  ],
  initial: TrainOptions(), keys: TrainOptions.keys, operands: "CONFIG [NAME=VALUE …]",
  words: TrainOptions.completedWords,
  positional: { (options, operand) throws(UsageError) in try options.take(operand) },
  assignment: { $0.assignments.append(Assignment($1, $2)) },
  validate: { (options) throws(UsageError) in try options.validate() },
  run: { try TrainRun($0, $1).run() })

/// How progress is shown.
enum ProgressStyle: String, CLIChoice {
  case auto, plain, json, none
}

enum BadRowChoice: String, CLIChoice {
  case error, skip
}

/// The options of `implode train`.
struct TrainOptions: Sendable {
  var config: String?
  var assignments: [Assignment] = []
  var data: String?
  var backend = Backend.auto
  var device: Int?
  var out: String?
  var seed: UInt64?
  var resume: String?
  var dryRun = false
  var printConfig = false
  var threads: Int?
  var progress = ProgressStyle.auto
  var onBadRow = BadRowChoice.error
  var tuneSeconds = Workplace.tuneSeconds

  static let keys: [Key<TrainOptions>] = [
    Key("data", \.data, placeholder: "FILE", "the rows to learn from"),
    Key("out", \.out, placeholder: "DIR", "the run's folder, else a new one in runs/"),
    Key("resume", \.resume, placeholder: "auto|PATH", "go on with the run in --out, or in PATH"),
    Key("seed", \.seed, "what all random numbers follow from, else the configuration's"),
    .backend(\.backend),
    .device(\.device),
    .threads(\.threads),
    .tuneSeconds(\.tuneSeconds),
    Key("on-bad-row", \.onBadRow, "stop at a row that cannot be read, or leave it out"),
    Key("dry-run", \.dryRun, short: "n", "read the data, run one step, say what a run would take"),
    Key("print-config", \.printConfig, "show every key and where its value comes from"),
    Key("progress", \.progress, "a line that is redrawn, lines, JSON lines, or nothing"),
  ]

  mutating func take(_ operand: String) throws(UsageError) {
    guard config == nil else {
      throw UsageError(
        message: "two configurations, '\(config ?? "")' and '\(operand)'",
        hint: "changes are written as NAME=VALUE")
    }
    config = operand
  }

  func validate() throws(UsageError) {
    guard config != nil || resume != nil && resume != "auto" else {
      throw UsageError(
        message: "no CONFIG", hint: "name a file, or one of \(Self.shippedNames)")
    }
    if data == nil && !printConfig {
      throw UsageError(message: "no --data", hint: "name the file to learn from: --data data.csv")
    }
    if out == "" || resume == "" {
      throw UsageError(message: "an empty name of a folder", hint: "name the run's folder")
    }
    if resume == "auto" && out == nil {
      throw UsageError(
        message: "--resume auto without --out", hint: "name the run's folder with --out DIR")
    }
  }
}
