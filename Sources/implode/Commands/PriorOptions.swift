import Physics
import Text

/// The distributions of geometries that weights can follow from.
enum PriorName: String, CLIChoice {
  case random, equilibrium, oriented, none
}

/// Which geometries were probable before the measurement: `--family` and what belongs to it.
struct PriorOptions: Hashable, Sendable {
  /// nil where none was named, which is as good as `none`.
  var family: PriorName?
  var half: Double?
  var dmin: Double?
  var temperature: Double?
  var racemic = false
  var angleMin: Double?

  static let keys: [Key<PriorOptions>] = [
    Key("family", \.family, "distribution of the geometries before the measurement (default none)"),
    Key("half", \.half, "random: half the side of the cube (default 4 bohr)"),
    Key("dmin", \.dmin, "random: smallest distance of two atoms (default 1.5 bohr)"),
    Key(
      "temperature", \.temperature, placeholder: "K",
      "equilibrium: temperature (default 300; 0 is the ground state)"),
    Key("racemic", \.racemic, "equilibrium: mirror images are as probable"),
    Key(
      "angle-min", \.angleMin,
      "oriented: smallest angle at the first atom (default 120 degrees)"),
  ]

  /// The options that were given, each with the family that it belongs to.
  private var given: [(name: String, family: PriorName)] {
    let all: [(name: String, isGiven: Bool, family: PriorName)] = [
      ("half", half != nil, .random), ("dmin", dmin != nil, .random),
      ("temperature", temperature != nil, .equilibrium), ("racemic", racemic, .equilibrium),
      ("angle-min", angleMin != nil, .oriented),
    ]
    return all.filter(\.isGiven).map { ($0.name, $0.family) }
  }

  func validate() throws(Failure) {
    let family = family ?? .none
    for option in given where option.family != family {
      throw .usage(
        "--\(option.name) does not apply to --family \(family.rawValue)",
        hint: "it is an option of --family \(option.family.rawValue)")
    }
  }

  /// nil for none.
  var geometries: GeometryFamily? {
    switch family ?? .none {
    case .none: nil
    case .random: .random(RandomFamily(shape: .cube(half: half ?? 4), closest: dmin ?? 1.5))
    case .equilibrium:
      .equilibrium(EquilibriumFamily(temperature: temperature ?? 300, racemic: racemic))
    case .oriented: .oriented(OrientedFamily(leastAngle: angleMin ?? 120))
    }
  }

  func prior(of molecule: Molecule) throws(Failure) -> GeometryPrior {
    guard let geometries else { return .flat(molecule) }
    return try GeometryPrior(geometries, of: molecule)
  }
}
