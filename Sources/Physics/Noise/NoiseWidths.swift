/// The width that noise has in the end: its squares, summed over rows, for each ion.
package struct NoiseWidths: Sendable, Equatable {
  private var squares: [Double] = []
  var rows = 0

  /// σ of a component of each ion, in the unit of the noise.
  package var values: [Double] { squares.map { ($0 / Double(3 * max(1, rows))).squareRoot() } }

  mutating func add(_ noise: SIMD3<Double>, unit: Double, atom: Int) {
    if squares.count <= atom { squares.append(0) }
    if unit > 0 { squares[atom] += noise.dot(noise) / (unit * unit) }
  }

  static func + (a: Self, b: Self) -> Self {
    guard !a.squares.isEmpty, !b.squares.isEmpty else { return a.squares.isEmpty ? b : a }
    var sum = a
    for atom in sum.squares.indices { sum.squares[atom] += b.squares[atom] }
    sum.rows += b.rows
    return sum
  }
}
