import Physics

/// What else the numbers of a file could be, if the kinetic energy is not the potential energy.
///
/// From rest KE = PE. Reading other units as atomic ones multiplies KE/PE by a factor that is known:
/// positions by 1/size of their unit, since shorter lengths make PE larger; momenta by 1/size²;
/// charges q read as Q by (q/Q)².
package struct EnergyUnits: Sendable, Equatable {
  /// As in "positions in Å".
  package let name: String
  /// KE/PE of exact data in these units, read in atomic ones.
  package let factor: Double
  /// What `--units` calls them; empty for charges.
  let units: DataUnits
  /// The charge of each ion, where it is not the one that was assumed.
  let charge: Double?
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
    for position in [nil] + positions {
      for momentum in [nil] + momenta {
        for charge in [nil] + others(charges) {
          found.append(EnergyUnits(of: [position, momentum, charge].compactMap(\.self)))
        }
      }
    }
    return found.enumerated().sorted {
      ($0.element.deviations, $0.offset) < ($1.element.deviations, $1.offset)
    }.map(\.element)
  }

  /// Several deviations at once.
  private init(of parts: [EnergyUnits]) {
    name = parts.isEmpty ? "atomic units" : parts.map(\.name).joined(separator: ", ")
    factor = parts.reduce(1) { $0 * $1.factor }
    units = parts.reduce(DataUnits()) { $0.adding($1.units) ?? $0 }
    charge = parts.compactMap(\.charge).first
    deviations = parts.count
  }

  private init?(_ name: String, _ unit: String, of quantity: Quantity) {
    guard let units = try? DataUnits("\(quantity.rawValue)=\(unit)"), let unit = units[quantity]
    else { return nil }
    (self.name, self.units) = (name, units)
    (charge, deviations) = (nil, 1)
    factor = quantity == .momentum ? 1 / (unit.size * unit.size) : 1 / unit.size
  }

  private init(charge: Double, assumed: Double) {
    (name, units) = ("charges \(Int(charge))", DataUnits())
    factor = (charge / assumed) * (charge / assumed)
    (self.charge, deviations) = (charge, 1)
  }

  private static let positions = [
    ("positions in Å", "angstrom"), ("positions in pm", "pm"), ("positions in m", "m"),
  ].compactMap { EnergyUnits($0, $1, of: .position) }

  /// Units of momenta other than atomic ones.
  static let momenta = [
    ("momenta in u·Å/fs", "u.angstrom/fs"), ("momenta in 1e-24 kg m/s", "1e-24si"),
    ("momenta in keV/c", "kev/c"), ("momenta divided by 100", "100au"),
    ("momenta in kg m/s", "si"),
  ].compactMap { EnergyUnits($0, $1, of: .momentum) }

  private static func others(_ charges: [Double]?) -> [EnergyUnits] {
    guard let charges, let assumed = charges.first, charges.allSatisfy({ $0 == assumed })
    else { return [] }
    return [1.0, 2, 3, 4].filter { $0 != assumed }.map {
      EnergyUnits(charge: $0, assumed: assumed)
    }
  }
}

extension EnergyUnits {
  /// What to do for numbers that are in these units: `add --units momentum=si`.
  ///
  /// - Parameters:
  ///   - given: the units that they were read in.
  ///   - charges: what to do about other charges, if they are others.
  func remedy(given: DataUnits, charges: String?) -> String {
    let option = given.adding(units).map { "add --units \($0.description)" }
    return [
      units.isEmpty ? nil : option ?? "correct --units \(given.description)",
      charges,
    ].compactMap(\.self).joined(separator: " and ")
  }
}
