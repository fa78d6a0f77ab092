import Glibc

/// The determinant of the 3N − 3 relative momenta by the 3N − 3 relative positions, and how close
/// to a fold it is.
package struct MomentumDeterminant: Sendable {
  /// Of −det: 1 for two atoms, and for OCS that is bent by less than 18°; 0 where there is none.
  package let sign: Int
  /// log |det ∂p/∂x|, atomic units.
  package let logMagnitude: Double
  /// 1/(‖∂y/∂w‖ |w|/|y|) in mass-weighted coordinates: 0 at a fold.
  package let condition: Double

  /// - Parameters:
  ///   - jacobian: ∂w/∂y.
  ///   - logMassFactor: From mass-weighted to relative coordinates.
  init(_ jacobian: [Double], y: [Double], w: [Double], logMassFactor: Double) {
    let factors = LinearFactors(jacobian, count: y.count)
    sign = -Int(factors.sign)
    logMagnitude = factors.logDeterminant + logMassFactor
    condition = factors.sign == 0 ? 0 : y.length / (w.length * factors.inverseNorm)
  }
}

extension JacobiExplosion {
  /// Those of rows of positions.
  package func determinants(of positions: [Double], charges: [Double]? = nil)
    -> [MomentumDeterminant]
  {
    let (n, width) = (coordinates.count, molecule.width)
    let result = run(positions, charges: charges, accuracy: .reference, derivatives: true)
    return (0..<positions.count / width).map { row in
      MomentumDeterminant(
        result.jacobians[row],
        y: coordinates.relative(positions: positions[row * width..<(row + 1) * width]),
        w: Array(result.momenta[row * n..<(row + 1) * n]),
        logMassFactor: coordinates.logMassFactor)
    }
  }
}
