import Randomness
import Text

/// Momenta before the explosion: classical, `p ~ N(0, m k T)` per component, total zero.
///
/// Not the Wigner distribution of a vibrating molecule: a quantum of a stretch carries more than kT.
package struct ThermalMomenta: Sendable, Equatable {
  /// Kelvin.
  package var temperature: Double

  package init(temperature: Double) { self.temperature = temperature }

  func validate() throws(Failure) {
    guard temperature >= 0, temperature < .infinity else {
      throw .usage("a temperature of \(temperature) K", hint: "give a number from 0, as 300")
    }
  }

  package func sample(
    into row: UnsafeMutableBufferPointer<Double>, masses: [Double], seed: UInt64, index: Int
  ) {
    var random = RowRandom(seed: seed, stream: .initialMomentum, row: index)
    var total = SIMD3<Double>.zero
    for i in masses.indices {
      let sigma = (masses[i] * Units.kelvin * temperature).squareRoot()
      for axis in 0..<3 {
        row[3 * i + axis] = sigma * random.normal()
        total[axis] += row[3 * i + axis]
      }
    }
    let drift = total / masses.reduce(0, +)
    for i in masses.indices {
      for axis in 0..<3 { row[3 * i + axis] -= masses[i] * drift[axis] }
    }
  }
}
