import Datasets
import Evaluation
import Machine
import Text

/// `implode predict`: positions for momenta alone.
let predict = Command<PredictOptions>(
  name: "predict", about: "predicts positions from momenta",
  examples: [
    Example("runs/default-1 measured.csv --out positions.csv", "one sample for each row"),
    Example(
      "runs/default-1 measured.csv --samples 64 --out samples.npz", "64 samples for each row"),
    Example("runs/default-1 measured.csv --samples 64 --mean --out mean.csv", "their mean"),
    Example(
      "runs/default-1 measured.csv --log-density --with-latents --out all.csv",
      "with the density of each sample, and the z that it follows from"),
    Example(
      "runs/default-1 exact.csv --samples 64 --refine --family random --out exact-samples.csv",
      "samples moved to exact geometries, with weights"),
    Example("runs/default-1 - --out - < measured.csv > positions.csv", "in a pipeline"),
    Example(
      "runs/default-1 day-%a.csv --out day-%a.npz --print-sbatch --array 1-9 > job.sh",
      "a script for sbatch"),
  ],
  notes: [
    "MOMENTA is a CSV, NPY or NPZ file with the columns pcx … psz in atomic units, or in "
      + "those of --units; - is standard input. Other columns are ignored. CSV files may be larger than memory.",
    "Positions are in bohr, in the order of the rows. With --samples above 1 a CSV file begins with "
      + "the columns row and sample, counted from 1, and an NPZ file has an array of rows, samples "
      + "and coordinates. A sample depends only on the seed, the row and the sample number.",
    "With --log-density a column log_density has log p(positions | momenta) of each sample, in nats, "
      + "of the coordinates that the model has a density for, in bohr. With --with-latents columns "
      + "z1, z2, … have the z that it follows from; --latents reads z from such columns of a file, in "
      + "the same order, or one z for all samples, instead of drawing it.",
    "With --refine each sample is moved to a geometry that explodes exactly into the momenta, by "
      + "Newton's method; positions are then about the center of mass. Four columns follow behind all others. weight is the "
      + "probability of the geometry among those that the samples of the row came to, as in solve --from "
      + "(the density of --family over |det ∂p/∂x|), shared by the samples that came to it. moved is how "
      + "far, in bohr, over all coordinates. residual is ‖p(x) − p‖/‖p‖, mass-weighted. refined is 1, or 0 "
      + "for a sample that reached no exact geometry: it stays as drawn with the weight 0, or with equal "
      + "weights if no sample of the row reached one. log_density and z are those of the sample as drawn. "
      + "Models that were trained on momenta with noise are refused: below the noise nothing can be sharpened.",
    "The column flags is the sum of 1 for a row without motion relative to the center of mass, 2 for "
      + "momenta that do not add up to 0, 4 for a kinetic energy outside that of training, 8 for "
      + "momenta unlike those of training, and 16 for a predicted size that is not that of a "
      + "molecule. Predictions that are not finite end the command with code 65.",
    "With --print-sbatch --array, %a in an argument stands for the number of a task; --out needs it. "
      + "The seed of a task is --seed plus its number.",
  ],
  initial: PredictOptions(), keys: PredictOptions.keys, operands: "RUN MOMENTA",
  positional: { try $0.take($1) },
  validate: { try $0.validate() },
  run: { try $0.batch.isPrinted ? $1.print(BatchScript($0).text) : $0.run($1) })

/// The options of `implode predict`.
struct PredictOptions: Hashable, Sendable {
  var folder: String?
  var momenta: String?
  var out: String?
  var samples = 1
  var mean = false
  var columns = ColumnNames()
  var units = DataUnits()
  var logDensity = false
  var withLatents = false
  var latents: String?
  var flags = false
  var refine = false
  var prior = PriorOptions()
  var onBadRow = BadRowPolicy.error
  var force = false
  var seed: UInt64 = 1
  var backend = Backend.auto
  var device: Int?
  var threads: Int?
  var batch = BatchOptions()

  static let keys: [Key<PredictOptions>] =
    [
      .table(\.out),
      .force(\.force),
      .samples(\.samples),
      Key("mean", \.mean, "write the mean of the samples instead of the samples"),
      Key("log-density", \.logDensity, "add a column with the log-density of each sample"),
      Key("with-latents", \.withLatents, "add columns with the latent variables of each sample"),
      Key(
        "latents", \.latents, placeholder: "FILE",
        "latent variables of the samples, instead of random ones"),
      Key("flags", \.flags, "add a column that tells rows with unusual momenta"),
      Key("refine", \.refine, "move each sample to a geometry with exactly the momenta of the row"),
    ] + PriorOptions.keys.map { $0.within(\.prior) } + [
      .columns(\.columns),
      .units(\.units),
      .onBadRow(\.onBadRow),
      Key("seed", \.seed, "random seed of the samples"),
      .backend(\.backend),
      .device(\.device),
      .threads(\.threads),
    ] + BatchOptions.keys.map { $0.within(\.batch) }

  mutating func take(_ operand: String) throws(Failure) {
    guard folder != nil else { return folder = operand }
    try momenta.take(operand, hint: "name one run and one file of momenta")
  }

  func validate() throws(Failure) {
    if folder == nil { throw .noRun }
    if momenta == nil { throw .noMomenta }
    try backend.check(device: device)
    try batch.validate(backend)
    guard let out, !out.isEmpty else {
      throw .usage(
        "no --out", hint: "name the file to write: --out positions.csv, or positions.npz")
    }
    try ForeignFormat.check(out)
    for (input, name) in [(momenta, "momenta"), (latents, "latents")]
    where Files.isPlain(out) && input.map({ Files.areSame($0, out) }) == true {
      throw .usage("--out is the file of \(name)", hint: "positions need a file of their own")
    }
    try checkOptions()
  }

  /// What options say of each other.
  private func checkOptions() throws(Failure) {
    if momenta == "-" && latents == "-" {
      throw .usage(
        "momenta and latents from standard input", hint: "name a file for one of them")
    }
    try units.checkNoPositions()
    if mean && samples == 1 {
      throw .usage("--mean needs more than one sample", hint: "add --samples 64, or omit --mean")
    }
    for (name, isGiven) in [("log-density", logDensity), ("with-latents", withLatents)]
    where isGiven && mean {
      throw .usage("--\(name) with --mean", hint: "only samples have one: omit --mean")
    }
    if refine && mean {
      throw .usage(
        "--refine with --mean", hint: "a mean is near no geometry of its own: omit one of them")
    }
    if prior.family != nil && !refine {
      throw .usage("--family without --refine", hint: "it is for weights: add --refine, or omit it")
    }
    try prior.validate()
  }
}
