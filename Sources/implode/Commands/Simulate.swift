import Configuration
import Datasets
import Engine
import Physics

/// `implode simulate`: a data set of simulated explosions.
let simulate = Command<SimulateOptions>(
  name: "simulate", about: "simulates Coulomb explosions and writes a data set",
  examples: [
    Example(
      "--family random --rows 1000000 --out data.csv", "a million molecules of random shape"),
    Example(
      "--family equilibrium --temperature 0 --out zero.csv", "OCS in its vibrational ground state"),
    Example("--molecule CO2 --family equilibrium --out co2.csv", "another molecule"),
    Example("--positions mine.csv --precise --out exploded.csv", "given geometries"),
    Example("--family oriented --noise 0.01 --out noisy.csv", "with 1 % noise on the momenta"),
    Example(
      "--family random --noise-plane 2 --noise-flight 1 --jet 1.9 --out seen.csv",
      "as a detector sees them"),
  ],
  notes: [
    "Positions are in bohr, momenta in atomic units. Columns are named after the atoms. With several "
      + "charge states in --charges, columns such as qc, qo, qs contain the charges of each row. A "
      + "row depends only on the seed and its number, not on --rows or --threads.",
    "--molecule takes a name (\(Molecule.known.map(\.name).joined(separator: ", "))), a formula, an "
      + "XYZ file (with its Hessian in a .hessian file beside it), or a JSON5 file.",
    "An NPZ file has an array data of rows (64-bit floats) and an array columns of names.",
    "With --noise or --noise-absolute alone the total momentum of the noise is subtracted again, in "
      + "proportion to the masses, so that the momenta of a row add up to 0. This changes the "
      + "standard deviation: for OCS near equilibrium, 2 % becomes 2.7 % (C), 1.6 % (O) and 1.3 % "
      + "(S). The command prints both. With --noise-plane and --noise-flight, --noise-file or --jet "
      + "the momenta stay as they are measured.",
    "The relative error of the momenta is below 1e-6, with --precise below 1e-10. With --backend "
      + "opencl, geometries and noise are still drawn on the CPU and only the explosions run on the "
      + "device: in single precision, with an error of about 1e-6, and with --precise in double "
      + "precision, which not every device has. auto takes a GPU if there is one that can do it.",
  ],
  initial: SimulateOptions(),
  keys: SimulateOptions.keys, validate: { try $0.validate() },
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
  var force = false
  var columns = ColumnNames()
  var units = DataUnits()
  var molecule = "OCS"
  var charges: String?
  var noise = NoiseOptions()
  var thermal: Double?
  var precise = false
  var digits: Int?
  var backend: Backend?
  var device: Int?
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

  static let keys: [Key<SimulateOptions>] =
    [
      Key("family", \.family, "distribution of the initial geometries"),
      Key(
        "positions", \.positions, placeholder: "FILE",
        "geometries to simulate, instead of a family"),
      .columns(\.columns),
      .units(\.units),
      Key(
        "rows", \.rows, check: { $0.map { $0 > 0 } ?? true ? nil : "must be at least 1" },
        "number of rows, by default 100000, or all of --positions"),
      Key("seed", \.seed, env: "IMPLODE_SEED", "random seed"),
      Key("out", \.out, placeholder: "FILE", "CSV, CSV.GZ or NPZ file to write"),
      .force(\.force),
      .molecule(\.molecule),
      Key(
        "charges", \.charges, placeholder: "Q,Q,Q",
        "charges of the ions, by default those of the molecule; each row chooses at random from "
          + "several charge states, as in 2,2,2/1,2,2"),
    ] + NoiseOptions.keys.map { $0.within(\.noise) } + [
      Key("thermal", \.thermal, placeholder: "K", "temperature of the initial momenta, in kelvin"),
      Key("precise", \.precise, "relative error below 1e-10 instead of 1e-6"),
      Key(
        "digits", \.digits,
        check: { $0.flatMap(Limit.within(1...17)) },
        "significant digits in CSV, by default as many as read back exactly"),
      .explosionBackend(\.backend),
      .explosionDevice(\.device),
      .threads(\.threads),
      Key("shape", \.shape, "random: region of the atoms (default cube)"),
      Key("half", \.half, "random: half the side of the cube (default 4 bohr)"),
      Key("radius", \.radius, "random: radius of the ball (default 4 bohr)"),
      Key(
        "dmin", \.dmin, "random: smallest distance of two atoms (default 1.5 bohr, in a ball 0.5)"),
      Key(
        "temperature", \.temperature, placeholder: "K",
        "equilibrium: temperature (default 300; 0 is the ground state)"),
      Key(
        "fixed-orientation", \.fixedOrientation,
        "equilibrium: no rotation: along the x axis, or as in the file"),
      Key("racemic", \.racemic, "equilibrium: reflect each molecule with probability 1/2"),
      Key(
        "angle-min", \.angleMin,
        "oriented: smallest angle at the first atom (default 120 degrees)"),
      Key(
        "offset", \.offset, "oriented: standard deviation of the center of mass (default 1 bohr)"),
    ]
}
