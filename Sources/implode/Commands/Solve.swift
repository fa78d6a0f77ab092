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
  ],
  notes: [
    "MOMENTA is a CSV, NPY or NPZ file with the columns pcx … psz in atomic units, or in those of "
      + "--units; - is standard input. Other columns are ignored. Files may be larger than memory. "
      + "The momenta are taken as exact.",
    "Each geometry is a row: the columns event and solution, counted from 1, weight, sign, residual "
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
  ],
  initial: SolveOptions(), keys: SolveOptions.keys, operands: "MOMENTA",
  positional: {
    try $0.momenta.take($1, hint: "name one file; '\($0.momenta ?? "")' is the first")
  },
  validate: { try $0.validate() },
  run: { try $0.run($1) })

/// The distributions of geometries that weights can follow from.
enum PriorName: String, CLIChoice {
  case random, equilibrium, oriented, none
}

/// The options of `implode solve`.
struct SolveOptions: Hashable, Sendable {
  var momenta: String?
  var out: String?
  var force = false
  var family = PriorName.none
  var from: String?
  var draws = 64
  var seed: UInt64 = 1
  var molecule = "OCS"
  var charges: String?
  var columns = ColumnNames()
  var units = DataUnits()
  var onBadRow = BadRowPolicy.error
  var half: Double?
  var dmin: Double?
  var temperature: Double?
  var racemic = false
  var angleMin: Double?
  var json = false
  var threads: Int?

  static let keys: [Key<SolveOptions>] = [
    Key(
      "out", \.out, placeholder: "FILE",
      "CSV, CSV.GZ or NPZ file to write; - is standard output"),
    .force(\.force),
    Key("family", \.family, "distribution of the geometries before the measurement"),
    Key("from", \.from, placeholder: "RUN", "trained model whose samples the search starts from"),
    Key(
      "draws", \.draws, check: { (1...100_000).contains($0) ? nil : "must be from 1 to 100000" },
      "starts of the search for each event"),
    Key("seed", \.seed, env: "IMPLODE_SEED", "random seed of the starts"),
    .molecule(\.molecule),
    .charges(\.charges),
    .columns(\.columns),
    .units(\.units),
    .onBadRow(\.onBadRow),
    .json(\.json),
    .threads(\.threads),
    Key("half", \.half, "random: half the side of the cube (default 4 bohr)"),
    Key("dmin", \.dmin, "random: smallest distance of two atoms (default 1.5 bohr)"),
    Key(
      "temperature", \.temperature, placeholder: "K",
      "equilibrium: temperature (default 300; 0 is the ground state)"),
    Key("racemic", \.racemic, "equilibrium: mirror images as probable"),
    Key(
      "angle-min", \.angleMin,
      "oriented: smallest angle at the first atom (default 120 degrees)"),
  ]

  func validate() throws(Failure) {
    if momenta == nil {
      throw .usage("no MOMENTA", hint: "name the file of momenta, or - for standard input")
    }
    guard let out, !out.isEmpty else {
      throw .usage(
        "no --out", hint: "name the file to write: --out geometries.csv, or geometries.npz")
    }
    try ForeignFormat.check(out)
    if let unit = units[.position] {
      throw .usage(
        "--units position=\(unit.name): no positions are read",
        hint: "name the unit of momenta only; positions are written in bohr")
    }
    let given: [(name: String, isGiven: Bool, family: PriorName)] = [
      ("half", half != nil, .random), ("dmin", dmin != nil, .random),
      ("temperature", temperature != nil, .equilibrium), ("racemic", racemic, .equilibrium), ("angle-min", angleMin != nil, .oriented),
    ]
    for option in given where option.isGiven && option.family != family {
      throw .usage(
        "--\(option.name) does not apply to --family \(family.rawValue)",
        hint: "it is an option of --family \(option.family.rawValue)")
    }
  }

  /// nil for none.
  var geometryFamily: GeometryFamily? {
    switch family {
    case .none: nil
    case .random: .random(RandomFamily(shape: .cube(half: half ?? 4), closest: dmin ?? 1.5))
    case .equilibrium:
      .equilibrium(EquilibriumFamily(temperature: temperature ?? 300, racemic: racemic))
    case .oriented: .oriented(OrientedFamily(leastAngle: angleMin ?? 120))
    }
  }

  func prior(of molecule: Molecule) throws(Failure) -> GeometryPrior {
    guard let geometryFamily else { return .flat(molecule) }
    return try GeometryPrior(geometryFamily, of: molecule)
  }
}
