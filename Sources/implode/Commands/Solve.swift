import Configuration
import Datasets
import Engine
import Physics
import Text

/// `implode solve`: every geometry of measured momenta.
let solve = Command<SolveOptions>(
  name: "solve", about: "finds every geometry that explodes into given momenta",
  examples: [
    Example("measured.csv --out geometries.csv", "all geometries of each row"),
    Example(
      "measured.csv --family random --out geometries.csv",
      "with their probabilities, if all positions in a cube were as probable"),
    Example(
      "measured.csv --family equilibrium --temperature 300 --out geometries.npz",
      "with those of a vibrating molecule"),
    Example("co2.csv --molecule CO2 --out geometries.csv", "another molecule of three atoms"),
    Example(
      "chiral.csv --from runs/chiral --family equilibrium --racemic --out geometries.csv",
      "any number of atoms, from the samples of a trained model"),
    Example(
      "measured.csv --family random --noise-plane 2 --noise-flight 1 --jet 1.9 --out samples.csv",
      "samples of all geometries that a detector's noise leaves possible"),
  ],
  notes: [
    "MOMENTA is a CSV, NPY or NPZ file with the columns pcx … psz in atomic units, or in those of "
      + "--units; - is standard input. Other columns are ignored. Files may be larger than memory.",
    "Without noise the momenta are taken as exact, and each geometry is a row: the columns event and solution, counted from 1, weight, sign, residual "
      + "and status, then positions in bohr about the center of mass. The residual is "
      + "‖p(x) − p‖/‖p‖ of the shape, simulated from x. An event without any has one row with "
      + "solution 0.",
    "The weight is the probability of the geometry given the momenta: the density of --family at "
      + "the geometry over |det ∂p/∂x|, with the sum 1 for each event. Without --family all relative "
      + "positions are as probable.",
    "The sign is that of the determinant of the map of shapes. How many geometries there are, "
      + "counted with their signs, follows from the momenta. The status is certified if that many "
      + "were found, near-fold if also two geometries are about to merge, incomplete if one or more "
      + "are missing, which then are close to the collision of two atoms, and impossible for momenta "
      + "that do not differ, or that are too large to compute with. In NPZ files it is the number 0, 1, 2 or 3.",
    "For other than three atoms, and with --from, the search begins at --draws geometries for each "
      + "event: samples of the model in RUN, whose molecule is solved for, or random geometries of "
      + "--family. Newton's method takes each to a geometry with exactly the momenta, or to none. "
      + "There may be others: the status is found (or near-fold), unreached where no start led to a "
      + "geometry, or impossible; in NPZ files 4, 1, 5 or 3. Geometries are in the order of their "
      + "weights, which count those that were found. The sign is that of −det ∂p/∂x. The residual "
      + "weights p² by 1/m.",
    "Its summary also says how many geometries the first and the second half of the starts found, "
      + "and how many both: if all geometries were as easy to find, both would have missed as many "
      + "as it says (Chapman's estimate). As some are harder, it is rather a lower bound.",
    "--backend is for searches from starts: an OpenCL device takes the starts near to geometries, in "
      + "single precision, and the CPU takes them on from there. auto takes a GPU if there is one.",
    "With noise (--noise, --noise-absolute, --noise-plane and --noise-flight, or --noise-file) "
      + "--draws geometries are drawn for each event from the posterior: those that are probable "
      + "before the measurement and whose momenta agree with the measured ones. Each is a row: "
      + "event, sample, weight and ess, then positions. The weights of an event have the sum 1; a mean is "
      + "the sum of weight times value. ess is what the samples are worth, as a number of equally "
      + "weighted ones. An event without any has one row with sample 0. --summary writes a row for "
      + "each event: ess, khat (Pareto k of the weights: above 0.7 they cannot be trusted), "
      + "log_evidence (logarithm of the probability density of the measured momenta), geometries (of the "
      + "most probable momenta), and how many draws are near_fold or incomplete.",
    "With noise and --from the samples of the model are weighted instead, by prior · likelihood over "
      + "their density: for any number of atoms, but geometries that the model has no samples of are "
      + "missing. It needs a mixture or a flow that was trained on momenta with such noise.",
    "The total momentum is used: it was 0 before the explosion, but for --jet. Momenta whose sum is 0 "
      + "in spite of noise have had it subtracted, and are treated so.",
    "With --allow-missing the columns of one ion may be absent, empty or nan: its momentum follows "
      + "from the others.",
  ],
  initial: SolveOptions(), keys: SolveOptions.keys, operands: "MOMENTA",
  positional: {
    try $0.momenta.take($1, hint: "name one file; '\($0.momenta ?? "")' is the first")
  },
  validate: { try $0.validate() },
  run: { try $0.run($1) })

/// The options of `implode solve`.
struct SolveOptions: Hashable, Sendable {
  var momenta: String?
  var out: String?
  var force = false
  var prior = PriorOptions()
  var from: String?
  var molecule = "OCS"
  var charges: String?
  var columns = ColumnNames()
  var units = DataUnits()
  var onBadRow = BadRowPolicy.error
  var noise = NoiseOptions()
  var draws: Int?
  var seed: UInt64?
  var summary: String?
  var allowMissing = false
  var json = false
  var backend: Backend?
  var device: Int?
  var threads: Int?

  static let keys =
    own + PriorOptions.keys.map { $0.within(\.prior) } + noiseKeys
    + NoiseOptions.keys.map { $0.within(\.noise) }

  private static let own: [Key<SolveOptions>] = [
    .table(\.out),
    .force(\.force),
    Key("from", \.from, placeholder: "RUN", "trained model whose samples the search starts from"),
    .molecule(\.molecule),
    .charges(\.charges),
    .columns(\.columns),
    .units(\.units),
    .onBadRow(\.onBadRow),
    Key("allow-missing", \.allowMissing, "momenta of one ion may be missing"),
    .json(\.json),
    .explosionBackend(\.backend),
    .explosionDevice(\.device),
    .threads(\.threads),
  ]

  private static let noiseKeys: [Key<SolveOptions>] = [
    Key(
      "draws", \.draws,
      check: { $0.flatMap(Limit.within(1...100_000)) },
      "samples of each event with noise, or starts of the search (default 64)"),
    Key("seed", \.seed, env: "IMPLODE_SEED", "random seed of either (default 1)"),
    Key(
      "summary", \.summary, placeholder: "FILE",
      "with noise: CSV, CSV.GZ or NPZ file for a row about each event"),
  ]

  func validate() throws(Failure) {
    if momenta == nil { throw .noMomenta }
    guard let out, !out.isEmpty else {
      throw .usage(
        "no --out", hint: "name the file to write: --out geometries.csv, or geometries.npz")
    }
    try ForeignFormat.check(out)
    try units.checkNoPositions()
    try backend?.check(device: device)
    try prior.validate()
    try noise.validate()
    if summary != nil, !noise.isGiven {
      throw .usage(
        "--summary without noise",
        hint: "exact momenta have no samples: add --noise-absolute 1, as "
          + "an example, or omit it")
    }
    if let summary {
      try ForeignFormat.check(summary)
      if summary == out {
        throw .usage("--summary and --out name the same file", hint: "name two files")
      }
    }
  }
}
