import Configuration
import Datasets
import Engine
import Text

/// `implode train`: a model, trained on a data set.
let train = Command<TrainOptions>(
  name: "train", about: "trains a model on a data set",
  examples: [
    Example("default --data data.csv", "the recommended model"),
    Example(
      "cvae-wide training.epochs=20 --data data.csv --out runs/wide", "with one setting changed"),
    Example("my.json5 --data data.csv --out runs/a --resume auto", "starts or resumes a run"),
  ],
  notes: [
    "CONFIG is a file or the name of a shipped configuration: " + TrainOptions.shippedNames
      + ". NAME=VALUE changes one of its keys; --print-config prints all keys and where each value "
      + "comes from.",
    "SIGTERM, SIGUSR1, SIGHUP and Ctrl-C save a checkpoint and exit with code 75; --resume auto "
      + "continues from it, on the CPU with bit-identical results. A second Ctrl-C exits at once.",
    "A resumed run uses the data and the configuration it was started with. Only "
      + RunResume.changeable.joined(separator: ", ")
      + " may change; with more epochs, a finished run continues.",
    "--fast-dev-run takes the first rows of the data, as many as one training step needs, and does "
      + "everything with them that a run and its evaluation do, in a temporary folder that is removed, "
      + "or in --out, where it stays. The first stage that fails ends it, with its own error and exit "
      + "code.",
    "training.maxMinutes is for all starts of a run together. For the time limit of a batch job let "
      + "the job send SIGUSR1 some minutes before its end: #SBATCH --signal=USR1@300.",
  ],
  initial: TrainOptions(), keys: TrainOptions.keys, operands: "CONFIG [NAME=VALUE …]",
  words: TrainOptions.completedWords,
  positional: { try $0.take($1) },
  assignment: { $0.assignments.append(Assignment($1, $2)) },
  validate: { try $0.validate() },
  run: {
    // What is printed only needs no run.
    let isRun = $0.fastDevRun && !$0.printConfig && !$0.printSchema
    try isRun ? FastDevRun($0, $1).run() : TrainRun($0, $1).run()
  })

/// How progress is shown.
enum ProgressStyle: String, CLIChoice {
  case auto, plain, json, none
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
  var fastDevRun = false
  var printConfig = false
  var printSchema = false
  var threads: Int?
  var progress = ProgressStyle.auto
  var columns = ColumnNames()
  var units = DataUnits()
  var onBadRow: BadRowPolicy?
  var tuneSeconds = Workplace.tuneSeconds

  static let keys: [Key<TrainOptions>] = [
    Key("data", \.data, placeholder: "FILE", "data set to train on"),
    Key("out", \.out, placeholder: "DIR", "folder of the run, by default a new one in runs/"),
    Key("resume", \.resume, placeholder: "auto|PATH", "continue the run in --out, or in PATH"),
    Key("seed", \.seed, "random seed, by default that of the configuration"),
    .backend(\.backend),
    .device(\.device),
    .threads(\.threads),
    .tuneSeconds(\.tuneSeconds),
    .columns(\.columns),
    .units(\.units),
    .onBadRow(\.onBadRow),
    Key("dry-run", \.dryRun, short: "n", "read the data, run one step, estimate time and memory"),
    Key(
      "fast-dev-run", \.fastDevRun,
      "one step of training, validation, checkpoint, evaluation, report, prediction and export"),
    Key("print-config", \.printConfig, "print every key and where its value comes from"),
    Key("print-schema", \.printSchema, "print a JSON schema of configurations, for editors"),
    Key("progress", \.progress, "redrawn line, plain lines, JSON lines, or nothing"),
  ]

  mutating func take(_ operand: String) throws(Failure) {
    guard config == nil else {
      throw .usage(
        "two configurations, '\(config ?? "")' and '\(operand)'",
        hint: "write changes as NAME=VALUE")
    }
    config = operand
  }

  func validate() throws(Failure) {
    if printSchema { return }
    guard config != nil || resume != nil && resume != "auto" else {
      throw .usage("no CONFIG", hint: "name a file, or one of \(Self.shippedNames)")
    }
    if data == nil && !printConfig {
      throw .usage("no --data", hint: "name the data set: --data data.csv")
    }
    if out == "" || resume == "" {
      throw .usage("empty folder name", hint: "name the run's folder")
    }
    if resume == "auto" && out == nil {
      throw .usage("--resume auto without --out", hint: "name the run's folder with --out DIR")
    }
    if fastDevRun && (dryRun || resume != nil) {
      throw .usage(
        "--fast-dev-run with \(dryRun ? "--dry-run" : "--resume")",
        hint: "--fast-dev-run makes a short run of its own; omit one of the two")
    }
    if !printConfig { try backend.check(device: device) }
  }
}
