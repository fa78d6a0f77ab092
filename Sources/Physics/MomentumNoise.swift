import Randomness
import Text

/// Gaussian noise on measured momenta, after which the total is zero again.
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
  package func add(
    to row: UnsafeMutableBufferPointer<Double>, masses: [Double], seed: UInt64, index: Int
  ) {
    var random = RowRandom(seed: seed, stream: .momentumNoise, row: index)
    var total = SIMD3<Double>.zero
    for i in masses.indices {
      let p = SIMD3(row, atom: i)
      let noise = sigma(p) * SIMD3(random.normal(), random.normal(), random.normal())
      total += noise
      for axis in 0..<3 { row[3 * i + axis] += noise[axis] }
    }
    let drift = total / masses.reduce(0, +)
    for i in masses.indices {
      for axis in 0..<3 { row[3 * i + axis] -= masses[i] * drift[axis] }
    }
  }

  private func sigma(_ p: SIMD3<Double>) -> Double {
    switch self {
    case .relative(let part): part * p.length
    case .absolute(let sigma): sigma
    }
  }
}
