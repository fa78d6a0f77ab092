import Glibc
import Randomness
import Text

/// A molecule as it vibrates: normal coordinates from the Wigner distribution at a temperature, any
/// orientation, center of mass at 0.
package struct EquilibriumFamily: Sendable, Equatable {
  /// Kelvin; 0 leaves the zero-point motion.
  package var temperature: Double
  /// Along x instead of every orientation alike.
  package var fixedOrientation: Bool
  /// Mirror images as often as not, as in a racemic sample; else the handedness of the structure.
  package var racemic: Bool

  package init(
    temperature: Double = 300, fixedOrientation: Bool = false, racemic: Bool = false
  ) {
    (self.temperature, self.fixedOrientation) = (temperature, fixedOrientation)
    self.racemic = racemic
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
  let geometry: Places
  let modes: NormalModes
  private let widths: [Double]

  init(_ family: EquilibriumFamily, _ molecule: Molecule) throws(Failure) {
    guard let structure = molecule.structure,
      let modes = try structure.modes(masses: molecule.masses)
    else {
      let known = Molecule.known.filter { $0.structure?.field != nil }.map(\.name)
      throw .usage(
        "\(molecule.name) has no force field here, and the equilibrium family needs one",
        hint:
          "give its geometry and Hessian in a file (--molecule FILE), or use the family random; "
          + "there are fields of \(known.joined(separator: ", "))")
    }
    guard family.temperature >= 0, family.temperature < .infinity else {
      throw .usage("a temperature of \(family.temperature) K", hint: "give a number from 0, as 300")
    }
    (self.family, masses, geometry, self.modes) =
      (family, molecule.masses, structure.geometry, modes)
    widths = modes.frequencies.map {
      EquilibriumFamily.variance(frequency: $0, temperature: family.temperature).squareRoot()
    }
  }

  func places(row: Int, seed: UInt64) -> Places {
    var random = RowRandom(seed: seed, stream: .geometry, row: row)
    var places = geometry
    for (mode, width) in zip(modes.displacements, widths) {
      let q = width * random.normal()
      for i in places.indices { places[i] += q * SIMD3(mode, atom: i) }
    }
    if !family.fixedOrientation { places.rotate(.uniform(&random)) }
    if family.racemic, random.uniform() < 0.5 {
      for i in places.indices { places[i].z = -places[i].z }
    }
    places.center(masses)
    return places
  }
}
