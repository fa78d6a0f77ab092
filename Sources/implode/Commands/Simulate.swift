import Datasets
import Engine
import Physics

/// `implode simulate`: a data set of explosions run forward.
let simulate = Command<SimulateOptions>(
  name: "simulate", about: "makes a data set by running explosions forward",
  examples: [
    Example(
      "--family random --rows 1000000 --out data.csv", "a million molecules of any shape"),
    Example("--family equilibrium --temperature 0 --out zero.csv", "OCS at zero point"),
    Example("--molecule CO2 --family equilibrium --out co2.csv", "another molecule"),
    Example("--positions mine.csv --precise --out exploded.csv", "molecules of your own"),
    Example("--family oriented --noise 0.01 --out noisy.csv", "momenta as a detector sees them"),
  ],
  notes: [
    "Positions are in bohr, momenta in atomic units. Columns are named after the atoms; where "
      + "--charges gives several charge states, each row has its own in columns such as qc, qo, qs. "
      + "A row depends on the seed and its number alone, not on --rows or --threads.",
    "--molecule takes a name (\(Molecule.known.map(\.name).joined(separator: ", "))), a formula, an "
      + "XYZ file, with its Hessian in a .hessian file beside it, or a JSON5 file.",
    "An NPZ file holds the rows as the array data, in 64 bits, and their names as columns.",
    "Momenta are within 1e-6 of their norm, with --precise within 1e-10.",
  ],
  initial: SimulateOptions(),
  keys: SimulateOptions.keys, validate: { (options) throws(UsageError) in try options.validate() },
  run: { try $0.run($1) })

/// The kinds of data sets.
enum FamilyName: String, CLIChoice {
  case random, equilibrium, oriented
}

enum ShapeName: String, CLIChoice {
  case cube, ball
}

/// The options of `implode simulate`.
struct SimulateOptions: Hashable, Sendable {
  var family: FamilyName?
  var positions: String?
  var rows: Int?
  var seed: UInt64 = 1
  var out: String?
  var molecule = "OCS"
  var charges: String?
  var noise = 0.0
  var noiseAbsolute = 0.0
  var thermal: Double?
  var precise = false
  var digits: Int?
  var threads: Int?
  var shape: ShapeName?
  var half: Double?
  var radius: Double?
  var dmin: Double?
  var temperature: Double?
  var fixedOrientation = false
  var racemic = false
  var angleMin: Double?
  var offset: Double?

  static let keys: [Key<SimulateOptions>] = [
    Key("family", \.family, "which molecules: of any shape, near equilibrium, or oriented"),
    Key(
      "positions", \.positions, placeholder: "FILE",
      "molecules to explode, instead of a family"),
    Key(
      "rows", \.rows, check: { $0.map { $0 > 0 } ?? true ? nil : "must be at least 1" },
      "how many, else 100000, or all of --positions"),
    Key("seed", \.seed, env: "IMPLODE_SEED", "what the random numbers follow from"),
    Key("out", \.out, placeholder: "FILE", "the CSV or NPZ file to write"),
    .molecule(\.molecule),
    Key(
      "charges", \.charges, placeholder: "Q,Q,Q",
      "one of each atom, else those of the molecule; several, as in 2,2,2/1,2,2, are drawn from "
        + "for each row"),
    Key(
      "noise", \.noise, check: { $0 >= 0 ? nil : "must not be negative" },
      "noise on the momenta, relative to each ion's"),
    Key(
      "noise-absolute", \.noiseAbsolute, check: { $0 >= 0 ? nil : "must not be negative" },
      "noise on each component, in atomic units"),
    Key("thermal", \.thermal, placeholder: "K", "momenta before the explosion, in kelvin"),
    Key("precise", \.precise, "momenta within 1e-10 instead of 1e-6"),
    Key(
      "digits", \.digits,
      check: { $0.map { (1...17).contains($0) } ?? true ? nil : "must be from 1 to 17" },
      "significant digits of CSV, else as many as read back exactly"),
    .threads(\.threads),
    Key("shape", \.shape, "random: where atoms lie"),
    Key("half", \.half, "random: half the side of the cube, else 4 bohr"),
    Key("radius", \.radius, "random: of the ball, else 4 bohr"),
    Key("dmin", \.dmin, "random: the least distance, else 1.5 bohr, or 0.5 in a ball"),
    Key("temperature", \.temperature, placeholder: "K", "equilibrium: else 300; 0 is zero point"),
    Key(
      "fixed-orientation", \.fixedOrientation, "equilibrium: along the x axis, or as in the file"),
    Key("racemic", \.racemic, "equilibrium: mirror images as often as not"),
    Key(
      "angle-min", \.angleMin,
      "oriented: the least angle at the first atom, else 120 degrees"),
    Key("offset", \.offset, "oriented: spread of the centre of mass, else 1 bohr"),
  ]
}
