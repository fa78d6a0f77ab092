import Glibc

/// Any number of bodies relative to each other, mass-weighted Jacobi coordinates of positions and of
/// momenta:
///   yₖ = √μₖ (xₖ − center of mass of those before),  wₖ = the same of velocities,  k = 1 … N − 1,
///   μₖ = mₖ Mₖ₋₁/Mₖ,  Mₖ = m₀ + … + mₖ.
///
/// |w|² is twice the kinetic energy about the center of mass. The map to x/√m is orthonormal, so
/// that no direction is favored.
package struct RelativeCoordinates: Sendable {
  package let atoms: Int
  /// 3N − 3.
  package let count: Int
  /// (N − 1) × N: y from positions.
  private let places: [Double]
  /// (N − 1) × N: w from momenta, and positions from y by its transpose.
  private let velocities: [Double]
  /// log of `∏ μₖ³`: from |det ∂w/∂y| to |det ∂p/∂x| of relative momenta by relative positions.
  package let logMassFactor: Double

  package init(masses: [Double]) {
    atoms = masses.count
    count = 3 * (atoms - 1)
    var (places, velocities, logProduct) = ([Double](), [Double](), 0.0)
    var before = masses[0]
    for k in 1..<max(1, atoms) {
      let mu = masses[k] * before / (before + masses[k])
      for i in 0..<atoms {
        let weight = i < k ? -masses[i] / before : i == k ? 1 : 0
        places.append(mu.squareRoot() * weight)
        velocities.append(mu.squareRoot() * weight / masses[i])
      }
      before += masses[k]
      logProduct += 3 * log(mu)
    }
    (self.places, self.velocities, logMassFactor) = (places, velocities, logProduct)
  }

  /// y of a row of positions.
  package func relative(positions x: some RandomAccessCollection<Double>) -> [Double] {
    sums(places, x)
  }

  /// w of a row of momenta.
  package func relative(momenta p: some RandomAccessCollection<Double>) -> [Double] {
    sums(velocities, p)
  }

  private func sums(
    _ matrix: [Double], _ row: some RandomAccessCollection<Double>
  ) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for (index, number) in row.enumerated() {
      let (i, axis) = index.quotientAndRemainder(dividingBy: 3)
      for k in 0..<atoms - 1 { result[3 * k + axis] += matrix[k * atoms + i] * number }
    }
    return result
  }

  /// Positions about the center of mass, or changes of positions.
  package func positions(_ y: some RandomAccessCollection<Double>) -> [Double] {
    var result = [Double](repeating: 0, count: 3 * atoms)
    for (index, number) in y.enumerated() {
      let (k, axis) = index.quotientAndRemainder(dividingBy: 3)
      for i in 0..<atoms { result[3 * i + axis] += velocities[k * atoms + i] * number }
    }
    return result
  }
}
