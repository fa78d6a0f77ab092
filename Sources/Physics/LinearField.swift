package import Text

/// A linear molecule A–C–B near its equilibrium: bond lengths, and force constants from measured
/// frequencies.
///
/// Column order is that of the data: the middle atom first (C, O, S).
package struct LinearField: Sendable, Hashable {
  /// Equilibrium bonds, in bohr: middle atom to the second and to the third.
  package var bonds = SIMD2(2.186, 2.952)
  /// Harmonic frequencies in cm⁻¹: the two stretches and the bend.
  package var stretches = SIMD2(859.0, 2062.0)
  package var bend = 520.0
  /// Stretch–stretch coupling, mdyn/Å. Two frequencies do not fix three constants.
  package var coupling = 0.90

  package init() {}

  /// Force constants of the bonds, hartree/bohr²: those with which `G F` has the two frequencies
  /// for eigenvalues, the stiffer bond being the one of the second atom.
  package func bondConstants(masses: [Double]) throws(Failure) -> SIMD2<Double> {
    let f12 = coupling * Units.millidynePerAngstrom
    let g11 = 1 / masses[1] + 1 / masses[0]
    let g22 = 1 / masses[2] + 1 / masses[0]
    let g12 = -1 / masses[0]
    let omega = stretches * Units.wavenumber
    let sum = (omega * omega).sum() - 2 * g12 * f12
    let product = omega.x * omega.x * omega.y * omega.y / (g11 * g22 - g12 * g12) + f12 * f12
    // g11 F1 + g22 F2 = sum, F1 F2 = product.
    let root = sum * sum - 4 * g11 * g22 * product
    guard root >= 0 else {
      throw .usage(
        "no force constants give stretches of \(stretches.x) and \(stretches.y) cm⁻¹ at these "
          + "masses with a coupling of \(coupling) mdyn/Å",
        hint: "give other frequencies or a smaller coupling")
    }
    let f1 = (sum + root.squareRoot()) / (2 * g11)
    return SIMD2(f1, product / f1)
  }

  /// Force constant of the angle, hartree/radian².
  package func bendConstant(masses: [Double]) -> Double {
    let (a, b) = (1 / bonds.x, 1 / bonds.y)
    let g = a * a / masses[1] + b * b / masses[2] + (a + b) * (a + b) / masses[0]
    let omega = bend * Units.wavenumber
    return omega * omega / g
  }

  /// Second derivatives of the energy by Cartesian coordinates, the molecule lying along x with
  /// the second atom at negative x.
  package func hessian(masses: [Double]) throws(Failure) -> [[Double]] {
    let bond = try bondConstants(masses: masses)
    let f12 = coupling * Units.millidynePerAngstrom
    let angle = bendConstant(masses: masses)
    // Changes of the bonds and of the angle with the atoms' coordinates.
    let first = [1.0, -1, 0], second = [-1.0, 0, 1]
    let (a, b) = (1 / bonds.x, 1 / bonds.y)
    let bending = [a + b, -a, -b]
    var h = [[Double]](repeating: [Double](repeating: 0, count: 9), count: 9)
    for i in 0..<3 {
      for j in 0..<3 {
        h[3 * i][3 * j] =
          bond.x * first[i] * first[j] + bond.y * second[i] * second[j]
          + f12 * (first[i] * second[j] + second[i] * first[j])
        for axis in 1..<3 { h[3 * i + axis][3 * j + axis] = angle * bending[i] * bending[j] }
      }
    }
    return h
  }
}
