package import Physics

/// Whether the size of predicted molecules is plausible: momenta in another unit scale them by many
/// orders of magnitude.
package enum MoleculeSize {
  /// Plausible largest distances between two atoms, in bohr.
  package static let possible: ClosedRange<Double> = 0.01...1000

  /// The finite predictions with another size, by their place.
  package static func odd(_ positions: [Float], _ molecule: Molecule) -> [Int] {
    let (width, atoms) = (molecule.width, molecule.atoms)
    guard atoms > 1 else { return [] }
    return (0..<positions.count / width).filter { place in
      let start = place * width
      var largest = 0.0
      for i in 1..<atoms {
        for j in 0..<i {
          var sum = 0.0
          for axis in 0..<3 {
            let d =
              Double(positions[start + 3 * i + axis]) - Double(positions[start + 3 * j + axis])
            sum += d * d
          }
          // nan stays: rows that are not finite are counted elsewhere.
          largest = sum > largest || sum.isNaN ? sum : largest
        }
      }
      return largest.isFinite && !possible.contains(largest.squareRoot())
    }
  }
}
