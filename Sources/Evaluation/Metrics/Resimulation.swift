package import Physics

/// The check that needs no truth: predicted molecules, exploded.
package enum Resimulation {
  /// ‖p(x̂) − p‖/‖p‖ of each row whose prediction is finite; infinite where the prediction has two
  /// atoms in one place.
  ///
  /// - Parameters:
  ///   - predicted: rows×3N, bohr.
  ///   - momenta: rows×3N, atomic units.
  package static func errors(
    _ predicted: [Float], momenta: [Float], molecule: Molecule, threads: Int
  ) -> [Double] {
    let width = molecule.width
    precondition(predicted.count == momenta.count)
    let finite = (0..<predicted.count / width).filter { row in
      predicted[row * width..<(row + 1) * width].allSatisfy(\.isFinite)
    }
    let positions = finite.flatMap { predicted[$0 * width..<($0 + 1) * width].map(Double.init) }
    let exploded = CoulombExplosion(molecule, accuracy: .fast)
      .explode(positions, threads: threads).momenta
    return finite.enumerated().map { index, row in
      var (difference, size) = (0.0, 0.0)
      for c in 0..<width {
        let p = Double(momenta[row * width + c])
        let d = exploded[index * width + c] - p
        difference += d * d
        size += p * p
      }
      // Atoms in one place do not explode: as wrong as can be.
      return difference.isFinite ? (difference / size).squareRoot() : .infinity
    }
  }
}
