import Glibc

/// Rows of μ beside log σ², and noise for them, as the leaves of latents see them.
package struct LatentPass<E: Real> {
  let rows, columns: Int
  let bound: E
  let statistics: UnsafeMutablePointer<E>
  /// rows×columns
  let noise: UnsafeMutablePointer<E>
}

/// One column of the terms of an objective.
package struct TermColumn<E: Real> {
  let start: UnsafeMutablePointer<E>
  let stride: Int
}

/// What flows back to μ and log σ².
package struct LatentGradient<E: Real> {
  /// rows×columns; nil where z is of no use.
  let dz: UnsafeMutablePointer<E>?
  /// Of the divergence, in the first `weightedRows`.
  let weight: E
  let weightedRows: Int
  /// Rows like those of the statistics.
  let d: UnsafeMutablePointer<E>
  let accumulates: Bool
}

/// The specification: plain loops.
extension Double {
  package static func drawLatents(
    _ pass: LatentPass<Double>, into z: UnsafeMutablePointer<Double>,
    divergence: TermColumn<Double>?
  ) {
    for r in 0..<pass.rows {
      var sum = 0.0
      for c in 0..<pass.columns {
        let at = r * 2 * pass.columns + c, i = r * pass.columns + c, mean = pass.statistics[at]
        let (_, logVariance, deviation) = pass.spread(at)
        sum += mean * mean + deviation * deviation - 1 - logVariance
        z[i] = mean + pass.noise[i] * deviation
      }
      if let divergence { divergence.start[r * divergence.stride] = sum / 2 }
    }
  }

  package static func latentGradient(
    _ pass: LatentPass<Double>, _ gradient: LatentGradient<Double>
  ) {
    let (columns, d) = (pass.columns, gradient.d)
    for r in 0..<pass.rows {
      let weight = r < gradient.weightedRows ? gradient.weight : 0
      for c in 0..<columns {
        let at = r * 2 * columns + c, i = r * columns + c
        let (saturation, _, deviation) = pass.spread(at)
        let dz = gradient.dz?[i] ?? 0
        let pulled = dz * pass.noise[i] * deviation
        let dMean = dz + weight * pass.statistics[at]
        let dLog =
          (pulled + weight * (deviation * deviation - 1)) / 2 * (1 - saturation * saturation)
        d[at] = gradient.accumulates ? d[at] + dMean : dMean
        d[at + columns] = gradient.accumulates ? d[at + columns] + dLog : dLog
      }
    }
  }
}

extension LatentPass where E == Double {
  fileprivate func spread(
    _ at: Int
  ) -> (saturation: Double, logVariance: Double, deviation: Double) {
    let saturation = tanh(statistics[at + columns] / bound)
    return (saturation, bound * saturation, exp(bound * saturation / 2))
  }
}
