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
    Example(
      "default --data data.csv --out runs/a --print-sbatch > job.sh", "a script for sbatch"),
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
    "training.maxMinutes is for all starts of a run together. The time limit of a batch job is for "
      + "each start: the script of --print-sbatch stops the run 90 s before it, and goes on with it in "
      + "another start.",
    "With --array each task trains the same with its own random seed, that of the configuration plus "
      + "the task's number, in its own folder, OUT/TASK. %a in any argument stands for the number.",
    "One process trains a run. Of several that srun or mpirun have started, one trains only if the "
      + "name of its --out contains its number (SLURM_PROCID, PMI_RANK): each then has its own run.",
  ],
  initial: TrainOptions(), keys: TrainOptions.keys, operands: "CONFIG [NAME=VALUE …]",
  words: TrainOptions.completedWords,
  positional: { try $0.take($1) },
  assignment: { $0.assignments.append(Assignment($1, $2)) },
  validate: { try $0.validate() },
  run: {
    if $0.batch.isPrinted { return try $1.print(BatchScript($0).text) }
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
  var batch = BatchOptions()

  static let keys: [Key<TrainOptions>] = own + BatchOptions.keys.map { $0.within(\.batch) }

  private static let own: [Key<TrainOptions>] = [
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
    try batch.validate(backend)
    if !printConfig { try backend.check(device: device) }
  }
}
