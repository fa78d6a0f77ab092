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
extension LatentPass where E == Double {
  private func spread(_ at: Int) -> (saturation: Double, logVariance: Double, deviation: Double) {
    let saturation = Double.tanh(statistics[at + columns] / bound)
    return (saturation, bound * saturation, Double.exp(bound * saturation / 2))
  }

  func draw(into z: UnsafeMutablePointer<Double>, divergence: TermColumn<Double>?) {
    for r in 0..<rows {
      var sum = 0.0
      for c in 0..<columns {
        let at = r * 2 * columns + c, mean = statistics[at]
        let (_, logVariance, deviation) = spread(at)
        sum += mean * mean + deviation * deviation - 1 - logVariance
        z[r * columns + c] = mean + noise[r * columns + c] * deviation
      }
      if let divergence { divergence.start[r * divergence.stride] = sum / 2 }
    }
  }

  func addGradient(_ gradient: LatentGradient<Double>) {
    for r in 0..<rows {
      let weight = r < gradient.weightedRows ? gradient.weight : 0
      for c in 0..<columns {
        let at = r * 2 * columns + c, i = r * columns + c
        let (saturation, _, deviation) = spread(at)
        let dz = gradient.dz?[i] ?? 0
        let pulled = dz * noise[i] * deviation
        let dMean = dz + weight * statistics[at]
        let dLog =
          (pulled + weight * (deviation * deviation - 1)) / 2 * (1 - saturation * saturation)
        gradient.d[at] = gradient.accumulates ? gradient.d[at] + dMean : dMean
        gradient.d[at + columns] = gradient.accumulates ? gradient.d[at + columns] + dLog : dLog
      }
    }
  }
}
