import Datasets
package import Physics

/// What positions are relative to when errors are computed.
package enum Origin: String, CaseIterable, Sendable {
  /// Their own center of mass, of true and predicted positions alike.
  case center
  /// That of the file.
  case file
}

/// The displacement c of the center of mass of true positions from the origin of their file.
///
/// Momenta do not change with it, so no model can predict it from them.
package struct Translation: Sendable, Hashable {
  /// √⟨|c|²⟩ over rows, bohr.
  package let offset: Double
  /// Whether the center of mass is at 0, but for rounding.
  package let isZero: Bool
  /// Whether it was subtracted.
  package let isRemoved: Bool

  /// Of the true positions, rows×3N.
  package init(of truth: [Float], _ molecule: Molecule, origin: Origin) {
    var (offsets, sizes) = (0.0, 0.0)
    let rows = truth.count / molecule.width
    for row in 0..<rows {
      let center = Self.center(truth, row, molecule)
      offsets += (center * center).sum()
      for atom in 0..<molecule.atoms {
        let out = Self.vector(truth, row * molecule.width + 3 * atom) - center
        sizes += (out * out).sum()
      }
    }
    let count = Double(max(1, rows))
    offset = (offsets / count).squareRoot()
    let size = (sizes / count / Double(molecule.atoms)).squareRoot()
    // An atom alone is its center of mass.
    isZero = molecule.atoms == 1 || offset < Audit.negligibleOffset * size
    isRemoved = !isZero && origin == .center
  }

  /// What errors are relative to; the center of mass where both are the same.
  package var origin: Origin { isZero || isRemoved ? .center : .file }

  /// ⟨|c|²⟩/3: the mean squared error, per coordinate, of predictions that are right but for the
  /// translation, with their center of mass at 0.
  package var mse: Double { offset * offset / 3 }

  /// Positions, rows×3N, relative to what errors are relative to.
  ///
  /// Where the center of mass is at 0 these are the same bits.
  package func applied(to positions: [Float], _ molecule: Molecule) -> [Float] {
    guard isRemoved else { return positions }
    var moved = positions
    for row in 0..<positions.count / molecule.width {
      let center = Self.center(positions, row, molecule)
      for c in 0..<molecule.width {
        let place = row * molecule.width + c
        moved[place] = Float(Double(positions[place]) - center[c % 3])
      }
    }
    return moved
  }

  private static func center(
    _ positions: [Float], _ row: Int, _ molecule: Molecule
  ) -> SIMD3<Double> {
    var sum = SIMD3<Double>.zero
    for (atom, mass) in molecule.masses.enumerated() {
      sum += mass * vector(positions, row * molecule.width + 3 * atom)
    }
    return sum / molecule.mass
  }

  private static func vector(_ positions: [Float], _ start: Int) -> SIMD3<Double> {
    SIMD3(
      Double(positions[start]), Double(positions[start + 1]), Double(positions[start + 2]))
  }
}
