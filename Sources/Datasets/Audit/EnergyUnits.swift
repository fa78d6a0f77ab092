import Physics

/// What else the numbers of a file could be, if the kinetic energy is not the potential energy.
///
/// From rest KE = PE. Reading other units as atomic ones multiplies KE/PE by a factor that is known:
/// lengths in ångström by 0.529177, since shorter lengths make PE larger; momenta by the square of
/// what an atomic unit is in theirs, which is 0.012001 u·Å/fs, 1.99285e-24 kg m/s or 3.72895 keV/c;
/// charges q read as Q by (q/Q)².
package struct EnergyUnits: Sendable, Equatable {
  /// As in "positions in Å".
  package let name: String
  /// KE/PE of exact data in these units, read in atomic ones.
  package let factor: Double
  /// How many units are not what they should be.
  let deviations: Int

  /// The candidates whose factor is within 2 % of a measured one, simplest first.
  ///
  /// - Parameter charges: That the ratio was computed with; nil for those of each row.
  package static func candidates(for ratio: Double, charges: [Double]?) -> [EnergyUnits] {
    all(charges).filter { abs(ratio / $0.factor - 1) < 0.02 }
  }

  /// `momenta in keV/c, charges 1`, and so on.
  static func all(_ charges: [Double]?) -> [EnergyUnits] {
    var found: [EnergyUnits] = []
    for position in positions {
      for momentum in momentumParts {
        for charge in others(charges) {
          let parts = [position, momentum, charge].compactMap { $0 }
          found.append(
            EnergyUnits(
              name: parts.isEmpty ? "atomic units" : parts.map(\.name).joined(separator: ", "),
              factor: parts.reduce(1) { $0 * $1.factor }, deviations: parts.count))
        }
      }
    }
    return found.enumerated().sorted {
      ($0.element.deviations, $0.offset) < ($1.element.deviations, $1.offset)
    }.map(\.element)
  }

  private typealias Part = (name: String, factor: Double)

  private static var positions: [Part?] {
    [nil, ("positions in Å", Units.angstromsPerBohr)]
  }

  /// Units of momenta other than atomic ones.
  static var momenta: [EnergyUnits] {
    momentumParts.compactMap { $0 }.map {
      EnergyUnits(name: $0.name, factor: $0.factor, deviations: 1)
    }
  }

  private static var momentumParts: [Part?] {
    let dalton =
      Units.unifiedMass / Units.angstromsPerBohr * Units.femtosecondsPerTime
    let kilogramMetre =
      Units.kilogramsPerMass * Units.angstromsPerBohr * 1e-10
      / (Units.femtosecondsPerTime * 1e-15)
    let kiloelectronvolt = Units.speedOfLight * Units.electronvoltsPerHartree * 1e-3
    return [
      nil, ("momenta in u·Å/fs", 1 / (dalton * dalton)),
      ("momenta in 1e-24 kg m/s", kilogramMetre * kilogramMetre * 1e48),
      ("momenta in keV/c", kiloelectronvolt * kiloelectronvolt),
      ("momenta divided by 100", 1e-4),
      ("momenta in kg m/s", kilogramMetre * kilogramMetre),
    ]
  }

  private static func others(_ charges: [Double]?) -> [Part?] {
    guard let charges, let assumed = charges.first, charges.allSatisfy({ $0 == assumed })
    else { return [nil] }
    return [nil]
      + [1.0, 2, 3, 4].filter { $0 != assumed }.map { charge in
        ("charges \(Int(charge))", (charge / assumed) * (charge / assumed))
      }
  }
}
