package import Text

/// Where the molecules of a data set start.
package enum GeometryFamily: Sendable, Equatable {
  case random(RandomFamily)
  case equilibrium(EquilibriumFamily)
  case oriented(OrientedFamily)
  /// These molecules, row by row: x, y, z of each atom in turn.
  case given([Double])

  /// The positions of rows of a set, without exploding them: x, y, z of each atom in turn.
  package func positions(_ rows: Range<Int>, of molecule: Molecule, seed: UInt64)
    throws(Failure) -> [Double]
  {
    let source = try source(for: molecule)
    return rows.flatMap { row in
      source.places(row: row, seed: seed).flatMap { [$0.x, $0.y, $0.z] }
    }
  }

  func source(for molecule: Molecule) throws(Failure) -> any GeometrySource {
    switch self {
    case .random(let family):
      try family.validate(atoms: molecule.atoms)
      return RandomSource(family: family, masses: molecule.masses)
    case .equilibrium(let family):
      return try EquilibriumSource(family, molecule)
    case .oriented(let family):
      return try OrientedSource(family, masses: molecule.masses)
    case .given(let positions):
      return GivenSource(positions: positions, width: molecule.width)
    }
  }
}

/// Molecules that somebody else has made.
private struct GivenSource: GeometrySource {
  let positions: [Double]
  let width: Int

  func places(row: Int, seed: UInt64) -> Places {
    stride(from: row * width, to: (row + 1) * width, by: 3).map {
      SIMD3(positions[$0], positions[$0 + 1], positions[$0 + 2])
    }
  }
}
