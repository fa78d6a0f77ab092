package import Datasets
package import Models
import Physics

extension Preparation {
  /// From the models' coordinates to positions and momenta whose energies can be compared.
  ///
  /// In the canonical frame those are its own: `Σ p'² = 1` is the energy of masses ½, and
  /// `Σ qᵢqⱼ/Q/r' = 1` that of charges `q/√Q`.
  package var physics: PhysicsMaps {
    let molecule = frame.molecule
    var masses = molecule.masses
    var charges = molecule.charges
    if frame.frame == .canonical {
      masses = masses.map { _ in 0.5 }
      charges = charges.map { $0 / frame.chargeProduct.squareRoot() }
    }
    return PhysicsMaps(
      positions: targets.affineMap(rows: molecule.width),
      momenta: conditions.affineMap(rows: molecule.width), masses: masses.map { Float($0) },
      charges: charges.map { Float($0) })
  }
}

extension Coordinates {
  /// The map to the frame's first `rows` columns, as a graph applies it.
  func affineMap(rows: Int) -> AffineMap {
    let (matrix, offset) = expansion
    return AffineMap(
      rows: rows, columns: count, matrix: matrix.prefix(rows * count).map { Float($0) },
      offset: offset.prefix(rows).map { Float($0) })
  }
}
