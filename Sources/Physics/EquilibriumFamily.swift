import Glibc
import Randomness
import Text

/// A linear molecule as it vibrates: normal coordinates from the Wigner distribution at a
/// temperature, any orientation, centre of mass at 0.
package struct EquilibriumFamily: Sendable, Equatable {
  /// Kelvin; 0 leaves the zero-point motion.
  package var temperature: Double
  /// Along x instead of every orientation alike.
  package var fixedOrientation: Bool
  package var field: LinearField

  package init(
    temperature: Double = 300, fixedOrientation: Bool = false, field: LinearField = LinearField()
  ) {
    (self.temperature, self.fixedOrientation) = (temperature, fixedOrientation)
    self.field = field
  }

  /// The variance of a normal coordinate, `coth(ω/2kT)/2ω`.
  package static func variance(frequency omega: Double, temperature: Double) -> Double {
    let thermal = temperature > 0 ? tanh(omega / (2 * Units.kelvin * temperature)) : 1
    return 1 / (2 * omega * thermal)
  }
}

struct EquilibriumSource: GeometrySource {
  let family: EquilibriumFamily
  let masses: [Double]
  let modes: NormalModes
  private let deviations: [Double]

  init(_ family: EquilibriumFamily, masses: [Double]) throws(PhysicsError) {
    guard masses.count == 3 else {
      throw PhysicsError(
        "the equilibrium family is one of linear molecules of 3 atoms, not of \(masses.count)",
        hint: "use the family random, or explode geometries of your own")
    }
    guard family.temperature >= 0, family.temperature < .infinity else {
      throw PhysicsError(
        "a temperature of \(family.temperature) K", hint: "give a number from 0, as 300")
    }
    (self.family, self.masses) = (family, masses)
    let modes = NormalModes(hessian: try family.field.hessian(masses: masses), masses: masses)
    self.modes = modes
    deviations = modes.frequencies.map {
      EquilibriumFamily.variance(frequency: $0, temperature: family.temperature).squareRoot()
    }
  }

  func places(row: Int, seed: UInt64) -> Places {
    var random = RowRandom(seed: seed, stream: .geometry, row: row)
    let bonds = family.field.bonds
    var places: Places = [.zero, SIMD3(-bonds.x, 0, 0), SIMD3(bonds.y, 0, 0)]
    for (mode, deviation) in zip(modes.displacements, deviations) {
      let q = deviation * random.normal()
      for i in places.indices {
        places[i] += q * SIMD3(mode[3 * i], mode[3 * i + 1], mode[3 * i + 2])
      }
    }
    if !family.fixedOrientation { places.rotate(.uniform(&random)) }
    places.centre(masses)
    return places
  }
}
