import Configuration
import Datasets
import Evaluation
import Text

/// `implode evaluate`: errors and calibration of a trained model on held-out rows.
let evaluate = Command<EvaluateOptions>(
  name: "evaluate", about: "computes the errors and the calibration of a trained model",
  examples: [
    Example("runs/default-1", "on the test rows of the run's data"),
    Example("runs/default-1 --data fresh.csv --samples 64", "on all rows of another file"),
    Example(
      "runs/default-1 --exact --family random",
      "also beside the exact geometries of each event, and their probabilities"),
  ],
  notes: [
    "RUN is a run's folder, of which the best model is evaluated and the result kept, or a "
      + "checkpoint, such as runs/a/checkpoints/epoch-0012.safetensors.",
    "Predictions use momenta only. Latent variables are sampled from the distribution "
      + "that was computed from training rows, never from positions of the evaluated rows.",
    "--exact finds every geometry of the momenta, as implode solve does, for the rows and samples of "
      + "the calibration. It is for three atoms and momenta without noise. --family names the "
      + "distribution that the geometries of the data are from.",
  ],
  initial: EvaluateOptions(),
  keys: EvaluateOptions.keys + [
    Key(
      "exact", \.exact,
      "compare the samples with every exact geometry of their momenta (three atoms, no noise)")
  ] + PriorOptions.keys.map { $0.within(\.prior) } + [.json(\.json)], operands: "RUN",
  positional: { try $0.folder.take($1, hint: "name one run") },
  validate: { options in
    try options.validate()
    try options.validateExact()
  },
  run: { try $0.run($1) })

extension Origin: CLIChoice {}

enum SplitPart: String, CLIChoice {
  case train, validation, test
}

/// The options of `implode evaluate`, and of `implode report` but for JSON.
struct EvaluateOptions: Sendable {
  var folder: String?
  var data: String?
  var split: SplitPart?
  var samples = 16
  var calibrationRows = 2000
  var calibrationSamples = 256
  var examples = 3
  var exact = false
  var prior = PriorOptions()
  var origin = Origin.center
  var columns = ColumnNames()
  var units = DataUnits()
  var onBadRow: BadRowPolicy?
  var seed: UInt64 = 1
  var out: String?
  var force = false
  var backend = Backend.auto
  var device: Int?
  var threads: Int?
  var json = false

  static let keys: [Key<EvaluateOptions>] = [
    Key(
      "data", \.data, placeholder: "FILE",
      "evaluate all rows of this file; of the training data only --split"),
    Key(
      "split", \.split,
      "which rows of the run's data (default test; validation where the run has no test rows)"),
    .samples(\.samples),
    Key(
      "calibration-rows", \.calibrationRows, check: Limit.notNegative,
      "rows used for calibration; 0 for none"),
    Key(
      "calibration-samples", \.calibrationSamples,
      check: Limit.within(2...100_000),
      "posterior samples for each calibration row"),
    Key(
      "show", \.examples, check: Limit.within(0...100),
      "number of random example rows to print"),
    Key(
      "origin", \.origin,
      "errors relative to the center of mass, which momenta do not determine, or to the origin of "
        + "the file"),
    .columns(\.columns),
    .units(\.units),
    .onBadRow(\.onBadRow),
    Key("seed", \.seed, "random seed of the samples"),
    .backend(\.backend),
    .device(\.device),
    .threads(\.threads),
  ]

  func validate() throws(Failure) {
    if folder == nil { throw .noRun }
    try backend.check(device: device)
    if calibrationRows.multipliedReportingOverflow(by: calibrationSamples).partialValue > 50_000_000
      || calibrationRows > 50_000_000
    {
      throw .usage(
        "--calibration-rows times --calibration-samples is more than 50,000,000 samples",
        hint: "2000 rows with 256 samples each determine coverage to a percent")
    }
    try prior.validate()
  }

  func validateExact() throws(Failure) {
    if !exact, let family = prior.family {
      throw .usage(
        "--family \(family.rawValue) without --exact", hint: "add --exact: weights are part of it")
    }
    if exact, calibrationRows == 0 {
      throw .usage(
        "--exact compares the rows of the calibration, and --calibration-rows is 0",
        hint: "omit --calibration-rows: 2000 rows take a few seconds")
    }
  }
}
