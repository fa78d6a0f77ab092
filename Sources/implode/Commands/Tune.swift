import Datasets
import Search
import Text

/// `implode tune`: a search for hyper-parameters.
let tune = Command<TuneOptions>(
  name: "tune", about: "searches hyper-parameters, in as many processes as you start",
  examples: [
    Example("space.json5 --data data.csv --out search", "20 trials, one after the other"),
    Example(
      "space.json5 --data data.csv --out search --trials 100",
      "the same, run in several terminals or jobs: 100 trials in all"),
    Example("--show search", "the trials of a search, the best first"),
    Example(
      "space.json5 --data data.csv --out search --array 0-7 --print-sbatch > job.sh",
      "a script for sbatch: eight jobs at one search"),
  ],
  notes: [
    "SPACE is a JSON5 file with the keys to search: { base: \"default\", set: { \"training.epochs\": "
      + "10 }, search: { \"optimizer.learningRate\": { logUniform: [1e-4, 1e-2] }, "
      + "\"model.components\": { choice: [4, 8] } } }. docs/tuning.md describes it.",
    "Each trial is a run in a folder of its own, DIR/trial-0000. Its value is its best validation "
      + "loss, which must mean the same for all trials: search no weights of loss terms. Trials whose "
      + "loss is worse than the median of others after as many epochs are ended early.",
    "The same command continues a search, on other machines, too, if they see the same files. "
      + "SIGTERM, SIGUSR1, SIGHUP and Ctrl-C save a checkpoint of the trial and exit with code 75; "
      + "the next process continues it. DIR/best.json5 is the configuration of the best trial.",
    "The trials are in an Optuna journal, DIR/journal.log, which optuna and optuna-dashboard open, "
      + "and to which they may add trials at the same time.",
  ],
  initial: TuneOptions(), keys: TuneOptions.keys, operands: "SPACE",
  positional: { try $0.space.take($1, hint: "name one file with a search space") },
  validate: { try $0.validate() },
  run: {
    if $0.batch.isPrinted {
      try $1.print(BatchScript($0).text)
    } else if let folder = $0.show {
      try TuneTable.show(folder, storage: $0.storage, json: $0.json, $1)
    } else {
      try TuneRun($0, $1).run()
    }
  })

/// The options of `implode tune`.
struct TuneOptions: Sendable {
  var space: String?
  var data: String?
  var out: String?
  var trials = 20
  var storage: String?
  var show: String?
  var json = false
  var backend = Backend.auto
  var device: Int?
  var threads: Int?
  var progress = ProgressStyle.auto
  var columns = ColumnNames()
  var units = DataUnits()
  var onBadRow: BadRowPolicy?
  var tuneSeconds = Workplace.tuneSeconds
  var batch = BatchOptions()

  static let keys: [Key<TuneOptions>] = own + BatchOptions.keys.map { $0.within(\.batch) }

  private static let own: [Key<TuneOptions>] = [
    Key("data", \.data, placeholder: "FILE", "data set to train on"),
    Key("out", \.out, placeholder: "DIR", "folder of the search"),
    Key(
      "trials", \.trials, check: { $0 > 0 ? nil : "must be above 0" },
      "trials of the study in all, those of other processes included"),
    Key(
      "storage", \.storage, placeholder: "JOURNAL",
      "Optuna journal to use, by default DIR/journal.log"),
    Key("show", \.show, placeholder: "DIR", "print the trials of a search, and run none"),
    .backend(\.backend),
    .device(\.device),
    .threads(\.threads),
    .tuneSeconds(\.tuneSeconds),
    .columns(\.columns),
    .units(\.units),
    .onBadRow(\.onBadRow),
    Key("progress", \.progress, "redrawn line, plain lines, JSON lines, or nothing"),
    .json(\.json),
  ]

  func validate() throws(Failure) {
    try batch.validate(backend)
    if let show {
      if show.isEmpty { throw .usage("empty folder name", hint: "name a search: --show DIR") }
      guard space == nil, data == nil, out == nil else {
        throw .usage(
          "--show with a search to run", hint: "write implode tune --show DIR and nothing else")
      }
      return
    }
    guard space != nil else { throw .usage("no SPACE", hint: "name a file with a search space") }
    if data == nil { throw .usage("no --data", hint: "name the data set: --data data.csv") }
    guard let out, !out.isEmpty else {
      throw .usage("no --out", hint: "name the folder of the search: --out DIR")
    }
    try backend.check(device: device)
  }

  /// The training of a trial.
  func training(_ space: SearchSpace, out: String) -> TrainOptions {
    var training = TrainOptions()
    (training.config, training.data, training.out) = (space.base, data, out)
    (training.backend, training.device, training.threads) = (backend, device, threads)
    (training.columns, training.units, training.onBadRow) = (columns, units, onBadRow)
    (training.progress, training.tuneSeconds, training.resume) = (progress, tuneSeconds, "auto")
    return training
  }
}
