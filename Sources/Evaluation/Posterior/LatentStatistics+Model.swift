import Engine
import Glibc
import Models
import Training

extension LatentStatistics {
  /// The number of rows whose z is kept, for figures.
  private static let mostValues = 20_000

  /// Statistics of z of a flow over the evaluated rows.
  init(_ flow: FlowPass, width: Int) {
    let rows = flow.latents.count / max(1, width)
    let (mean, deviation) = Self.moments(flow.latents, width: width)
    self.init(
      mean: mean, standardDeviation: deviation, divergence: nil, activeUnits: nil,
      values: Array(flow.latents.prefix(min(rows, Self.mostValues) * width)))
  }

  /// Statistics of an encoder over the training rows; nil without encoder.
  init?(_ latent: LatentDistribution, seed: UInt64) {
    guard !latent.latents.isEmpty else { return nil }
    let width = latent.width
    let rows = latent.latents.count / (2 * width)
    var means = [Float](repeating: 0, count: rows * width)
    var divergence = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      for k in 0..<width {
        let mean = latent.latents[row * 2 * width + k]
        let variance = Double(Latent.variance(latent.latents[(row * 2 + 1) * width + k]))
        means[row * width + k] = mean
        divergence[k] += (Double(mean * mean) + variance - 1 - log(variance)) / 2
      }
    }
    let spread = Self.moments(means, width: width).standardDeviation
    self.init(
      mean: latent.mean.map(Double.init),
      standardDeviation: latent.standardDeviation.map(Double.init),
      divergence: divergence.map { $0 / Double(max(1, rows)) },
      activeUnits: spread.count { $0 * $0 > Self.leastVariance },
      values: latent.samples(
        from: .trainingLatents, rows: 0..<min(rows, Self.mostValues), sample: 0, seed: seed))
  }

  /// The smallest variance of μ over rows of an active unit.
  private static let leastVariance = 0.01

  private static func moments(
    _ values: [Float], width: Int
  ) -> (mean: [Double], standardDeviation: [Double]) {
    var (sums, squares) = (
      [Double](repeating: 0, count: width), [Double](repeating: 0, count: width)
    )
    for i in values.indices {
      sums[i % width] += Double(values[i])
      squares[i % width] += Double(values[i]) * Double(values[i])
    }
    let count = Double(max(1, values.count / max(1, width)))
    let mean = sums.map { $0 / count }
    return (
      mean, (0..<width).map { max(0, squares[$0] / count - mean[$0] * mean[$0]).squareRoot() }
    )
  }
}
