/// Atomic units (bohr, hartree, electron masses) and what others are in them.
package enum Units {
  /// One wavenumber, cm⁻¹, as an angular frequency or an energy.
  package static let wavenumber = 4.556335252912e-6
  /// One kelvin as an energy.
  package static let kelvin = 3.166811563e-6
  /// One millidyne per ångström as a force constant.
  package static let millidynePerAngstrom = 0.0642298
  package static let electronvoltsPerHartree = 27.211386246
  /// One unified atomic mass unit.
  package static let unifiedMass = 1822.888486209
  /// One bohr in ångström.
  package static let angstromsPerBohr = 0.529177210903
  /// One atomic unit of time in femtoseconds.
  package static let femtosecondsPerTime = 0.02418884326586
  /// The speed of light, which is 1/α.
  package static let speedOfLight = 137.035999084
  /// One electron mass in kilograms.
  package static let kilogramsPerMass = 9.1093837015e-31
}
