package import Physics

/// ‖p(x̂) − p‖/‖p‖ over rows: predicted molecules are exploded, and their momenta are compared with
/// the ones that were given.
package struct Resimulation: Hashable, Sendable {
  /// Nil where no row could be exploded.
  package let median, percentile95: Double?
  /// The share of rows whose momenta come back within 1 %.
  package let withinOnePercent: Double?

  /// - Parameter errors: of each row; infinite where the prediction does not explode.
  package init(errors: [Double]) {
    guard !errors.isEmpty else {
      (median, percentile95, withinOnePercent) = (nil, nil, nil)
      return
    }
    median = errors.median
    percentile95 = errors.quantile(0.95)
    withinOnePercent = Double(errors.count { $0 <= 0.01 }) / Double(errors.count)
  }

  /// The error of each row that has momenta, and of which the prediction is finite.
  ///
  /// - Parameters:
  ///   - predicted: rows×3N, bohr.
  ///   - momenta: rows×3N, atomic units.
  ///   - charges: rows×N; nil for the molecule's.
  package static func errors(
    _ predicted: [Float], momenta: [Float], charges: [Float]? = nil, molecule: Molecule,
    threads: Int
  ) -> [Double] {
    do {
      return try errors(
        predicted, momenta: momenta, charges: charges,
        on: CoulombExplosion(molecule, accuracy: .fast), threads: threads)
    } catch { preconditionFailure("the CPU's explosions throw nothing: \(error)") }
  }

  /// The same on whatever computes explosions.
  package static func errors(
    _ predicted: [Float], momenta: [Float], charges: [Float]? = nil, on explosions: any Explosions,
    threads: Int
  ) throws -> [Double] {
    let molecule = explosions.molecule
    let width = molecule.width
    let finite = (0..<predicted.count / width).filter { row in
      let range = row * width..<(row + 1) * width
      return predicted[range].allSatisfy(\.isFinite) && momenta[range].contains { $0 != 0 }
    }
    guard !finite.isEmpty else { return [] }
    let positions = finite.flatMap { predicted[$0 * width..<($0 + 1) * width].map(Double.init) }
    let exploded =
      try explosions.explode(
        positions, start: nil,
        charges: charges.map { charges in
          finite.flatMap {
            charges[$0 * molecule.atoms..<($0 + 1) * molecule.atoms].map(Double.init)
          }
        }, threads: threads
      ).momenta
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
