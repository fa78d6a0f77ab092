package import Physics

/// Properties of a data set that matter for training.
package struct Audit: Sendable, Equatable {
  package let rows: Int
  package let molecule: Molecule
  package let columns: [Column]
  /// nil without positions.
  package let geometry: Geometry?
  /// nil without momenta.
  package let motion: Motion?
  /// The distances that the kinetic energies stand for; nil without momenta.
  package let scale: Scale?
  /// nil without both.
  package let energy: Balance?
  /// One charge state of all rows that makes KE = PE, where the molecule's does not.
  package let fittedCharges: [Double]?
  /// nil without positions, momenta, or a row that explodes.
  package let reexplosion: Reexplosion?
  package let duplicates: Duplicates
  /// Whether rows have charges of their own, in columns; else those of the molecule are taken.
  package let hasCharges: Bool
  /// The units that the file was read in.
  package let units: DataUnits

  /// A column of the molecule.
  package struct Column: Sendable, Equatable {
    package let name: String
    package let least, most, mean, standardDeviation: Double
    package let isConstant: Bool
    /// Values that are not finite; the others are what the rest is about.
    package let notFinite: Int
  }

  /// The positions, in the file's unit.
  package struct Geometry: Sendable, Equatable {
    /// Distance of the center of mass from 0: root mean square, and the largest.
    package let centerOffset, mostCenterOffset: Double
    /// The root mean square distance of atoms from their center of mass.
    package let size: Double
    package let shortestBond, longestBond: Double
    /// Atoms, by index in the molecule.
    package let shortestPair, longestPair: [Int]
  }

  /// The momenta, in the file's unit.
  package struct Motion: Sendable, Equatable {
    /// |Σp|, root mean square and the largest.
    package let total, mostTotal: Double
    /// The root mean square of |p| of an atom.
    package let typical: Double
    /// Rows whose momenta lie on a line, within single precision.
    package let collinearRows: Int
    /// Rows without motion relative to the center of mass.
    package let restingRows: Int
  }

  /// Q/KE of the rows, Q = Σ qᵢqⱼ: the harmonic mean distance of ions that start from rest, in bohr if
  /// momenta are in atomic units.
  package struct Scale: Sendable, Equatable {
    package let median: Double
    /// The medians that atoms of a molecule can have.
    package let plausible: ClosedRange<Double>
    /// Units of the momenta that would make the median plausible, if it is not.
    package let candidates: [EnergyUnits]
    package let outliers: Outliers
  }

  /// The distance of the center of mass from 0, as a part of the size, that is rounding.
  package static let negligibleOffset = 1e-4

  /// KE/PE of the rows, both in atomic units.
  package struct Balance: Sendable, Equatable {
    package let median, low, high: Double
    /// Possible units, simplest first.
    package let candidates: [EnergyUnits]
    /// The relative noise of the momenta that would explain the spread.
    package let noise: Double
  }

  /// The columns of the molecule that the table lacks.
  package var missing: [String] {
    let found = Set(columns.map(\.name))
    return (molecule.positionColumns + molecule.momentumColumns).filter { !found.contains($0) }
  }
}
