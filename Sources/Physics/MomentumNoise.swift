import Randomness
import Text

/// Gaussian noise on measured momenta, after which the total is zero again.
///
/// Taking the total back changes the width: an ion of mass share s keeps (1 − s)² of its own
/// variance and gets s² of the others'.
package enum MomentumNoise: Sendable, Equatable {
  /// σ of each component is this part of the ion's |p|.
  case relative(Double)
  /// σ of each component, in atomic units.
  case absolute(Double)

  func validate() throws(Failure) {
    let amount =
      switch self {
      case .relative(let part): part
      case .absolute(let sigma): sigma
      }
    guard amount >= 0, amount < .infinity else {
      throw .usage("a momentum noise of \(amount)", hint: "give a number from 0, as 0.01")
    }
  }

  /// Adds noise to one row. The total that the noise adds is taken back in proportion to the
  /// masses: what is seen from the center of mass.
  ///
  /// - Parameter widths: gets what was added to each ion in the end.
  package func add(
    to row: UnsafeMutableBufferPointer<Double>, masses: [Double], seed: UInt64, index: Int,
    widths: inout NoiseWidths
  ) {
    var random = RowRandom(seed: seed, stream: .momentumNoise, row: index)
    withUnsafeTemporaryAllocation(of: SIMD3<Double>.self, capacity: masses.count) { exact in
      var total = SIMD3<Double>.zero
      for i in masses.indices {
        exact[i] = SIMD3(row, atom: i)
        let noise =
          sigma(exact[i]) * SIMD3(random.normal(), random.normal(), random.normal())
        total += noise
        for axis in 0..<3 { row[3 * i + axis] += noise[axis] }
      }
      let drift = total / masses.reduce(0, +)
      for i in masses.indices {
        for axis in 0..<3 { row[3 * i + axis] -= masses[i] * drift[axis] }
        widths.add(SIMD3(row, atom: i) - exact[i], unit: unit(exact[i]), atom: i)
      }
    }
    widths.rows += 1
  }

  /// What a width is relative to.
  private func unit(_ p: SIMD3<Double>) -> Double {
    switch self {
    case .relative: p.length
    case .absolute: 1
    }
  }

  private func sigma(_ p: SIMD3<Double>) -> Double {
    switch self {
    case .relative(let part): part * p.length
    case .absolute(let sigma): sigma
    }
  }
}

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
