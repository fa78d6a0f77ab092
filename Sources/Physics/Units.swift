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
}
