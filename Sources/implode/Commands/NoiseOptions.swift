import Configuration
import Datasets
import Physics
import Text

/// What noise is on measured momenta: the same options in every command.
struct NoiseOptions: Hashable, Sendable {
  var relative = 0.0
  var absolute = 0.0
  var plane: NumberOfEachIon?
  var flight: NumberOfEachIon?
  var axis: FlightAxis?
  var file: String?
  var jet: Double?

  static let keys: [Key<NoiseOptions>] = [
    Key(
      "noise", \.relative, check: Limit.notNegative,
      "standard deviation of the noise of each component, relative to the momentum of the ion"),
    Key(
      "noise-absolute", \.absolute, check: Limit.notNegative,
      "standard deviation of the noise of each component, in atomic units"),
    Key(
      "noise-plane", \.plane,
      "standard deviation in the plane of the detector, in atomic units: one for all ions, or one "
        + "for each"),
    Key("noise-flight", \.flight, "the same along the flight to the detector"),
    Key("flight-axis", \.axis, "axis of the flight to the detector (default z)"),
    Key(
      "noise-file", \.file, placeholder: "FILE",
      "covariance of the noise of each ion: columns xx, xy, xz, yy, yz, zz, a row for each ion"),
    Key(
      "jet", \.jet, check: { $0.flatMap(Limit.notNegative) },
      "standard deviation of each component of the molecule's momentum before the explosion, in "
        + "atomic units (default 0)"),
  ]

  /// The ways of saying how much noise there is that were used.
  private var given: [String] {
    [
      ("--noise", relative > 0), ("--noise-absolute", absolute > 0),
      ("--noise-plane", plane != nil || flight != nil), ("--noise-file", file != nil),
    ].filter(\.1).map(\.0)
  }

  var isGiven: Bool { !given.isEmpty }

  func validate() throws(Failure) {
    if given.count > 1 {
      throw .usage(
        given.joined(separator: " and "),
        hint: "each of them says how much noise there is: omit "
          + "all but one")
    }
    if (plane == nil) != (flight == nil) {
      throw .usage(
        plane == nil
          ? "--noise-flight without --noise-plane" : "--noise-plane without --noise-flight",
        hint: "give both: --noise-plane 2 --noise-flight 1")
    }
    if axis != nil, plane == nil {
      throw .usage(
        "--flight-axis without --noise-plane and --noise-flight", hint: "give both, or omit it")
    }
    if jet != nil, !isGiven {
      throw .usage(
        "--jet without noise", hint: "say also how much noise the detector has: --noise-absolute 1")
    }
  }

  /// nil without noise.
  func noise(of molecule: Molecule) throws -> MomentumNoise? {
    guard isGiven else { return nil }
    let noise = MomentumNoise(try width(molecule), jet: jet)
    try noise.validate(atoms: molecule.atoms)
    return noise
  }

  private func width(_ molecule: Molecule) throws -> MomentumNoise.Width {
    if let file { return .ions(try Self.read(file, molecule)) }
    if let plane, let flight {
      let (plane, flight) = (try plane.of(molecule), try flight.of(molecule))
      return .ions(
        try zip(plane, flight).map {
          try IonCovariance(plane: $0, flight: $1, axis: axis ?? .z)
        })
    }
    return relative > 0 ? .relative(relative) : .absolute(absolute)
  }

  private static func read(_ file: String, _ molecule: Molecule) throws -> [IonCovariance] {
    let columns = ["xx", "xy", "xz", "yy", "yz", "zz"]
    let table = try TableReader<Double>(columns: columns).read(file).table
    guard table.rows == molecule.atoms else {
      throw Failure(
        file: file,
        cause: "has \(Numbers.count(table.rows, "row")), and \(molecule.name) has "
          + Numbers.count(molecule.atoms, "atom"),
        hint: "write a row for each of \(molecule.labels.joined(separator: ", ")), in this order")
    }
    return try (0..<table.rows).map { row in
      do {
        return try IonCovariance((0..<6).map { table[row, $0] })
      } catch let error as Failure {
        throw Failure(
          file: file, cause: "row \(row + 1), of \(molecule.labels[row]), has \(error.message)",
          hint: error.hint)
      }
    }
  }
}

extension FlightAxis: CLIChoice {}

/// One number for all ions, or one for each.
struct NumberOfEachIon: Hashable, Sendable, CLIValue {
  let numbers: [Double]

  static var placeholder: String? { "X[,X…]" }
  var argument: String? { numbers.map(\.description).joined(separator: ",") }

  init(argument: String) throws(Failure) {
    var numbers: [Double] = []
    for text in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let number = try Double(argument: String(text))
      guard number > 0 else {
        throw .usage(
          "'\(argument)' has a number that is not above 0", hint: "write it as 1.5,2,2.5")
      }
      numbers.append(number)
    }
    self.numbers = numbers
  }

  func of(_ molecule: Molecule) throws(Failure) -> [Double] {
    if numbers.count == 1 { return Array(repeating: numbers[0], count: molecule.atoms) }
    guard numbers.count == molecule.atoms else {
      throw .usage(
        "\(Numbers.count(numbers.count, "number")) for the \(Numbers.count(molecule.atoms, "ion")) "
          + "\(molecule.labels.joined(separator: ", "))",
        hint: "write one for all, or one for each, in this order")
    }
    return numbers
  }
}
