package import Physics

/// Posterior samples of some rows, with their true positions.
package struct PosteriorSamples: Sendable {
  package let molecule: Molecule
  /// The number of each row in its table.
  package let rows: [UInt32]
  /// Samples for each row.
  package let samples: Int
  /// rows×samples×3N, bohr.
  package let values: [Float]
  /// rows×3N, bohr.
  package let truth: [Float]
  /// rows×3N, atomic units.
  package let momenta: [Float]

  package init(
    molecule: Molecule, rows: [UInt32], samples: Int, values: [Float], truth: [Float],
    momenta: [Float]
  ) {
    precondition(
      values.count == rows.count * samples * molecule.width
        && truth.count == rows.count * molecule.width && momenta.count == truth.count)
    (self.molecule, self.rows, self.samples) = (molecule, rows, samples)
    (self.values, self.truth, self.momenta) = (values, truth, momenta)
  }

  package var count: Int { rows.count }

  /// One coordinate of all samples of a row.
  package func samples(ofRow row: Int, column: Int) -> [Float] {
    let width = molecule.width
    return (0..<samples).map { values[(row * samples + $0) * width + column] }
  }
}
