/// Energies of one row, in hartree.
package enum Energy {
  /// `Σ |pᵢ|²/2mᵢ`.
  package static func kinetic(_ momenta: some RandomAccessCollection<Double>, masses: [Double])
    -> Double
  {
    precondition(momenta.count == 3 * masses.count)
    return zip(momenta, masses.flatMap { [$0, $0, $0] }).reduce(0) { $0 + $1.0 * $1.0 / (2 * $1.1) }
  }

  /// `Σ qᵢqⱼ/|rᵢ − rⱼ|` over pairs.
  package static func potential(_ positions: some RandomAccessCollection<Double>, charges: [Double])
    -> Double
  {
    precondition(positions.count == 3 * charges.count)
    let x = Array(positions)
    var sum = 0.0
    for a in charges.indices {
      for b in charges.indices where b > a {
        var square = 0.0
        for c in 0..<3 { square += (x[3 * b + c] - x[3 * a + c]) * (x[3 * b + c] - x[3 * a + c]) }
        sum += charges[a] * charges[b] / square.squareRoot()
      }
    }
    return sum
  }
}
