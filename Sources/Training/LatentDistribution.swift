package import Engine
package import Models
import Randomness

/// What z is sampled from when positions are predicted: for a model with an encoder, what encoding
/// the *training* rows has shown.
///
/// No validation or test row enters it, so no prediction can know their positions.
package struct LatentDistribution: Hashable, Sendable {
  /// Of each latent over the training rows: the mean of μ, and √(var μ + mean σ²).
  package let mean, standardDeviation: [Float]
  /// rows×2L: μ and log σ² of some training rows, as they lie in the data; none without an encoder.
  package let latents: [Float]

  package init(mean: [Float], standardDeviation: [Float], latents: [Float]) {
    precondition(mean.count == standardDeviation.count)
    (self.mean, self.standardDeviation, self.latents) = (mean, standardDeviation, latents)
  }

  package var width: Int { mean.count }

  /// N(0, 1) in so many dimensions.
  package static func standardNormal(_ width: Int) -> LatentDistribution {
    LatentDistribution(
      mean: [Float](repeating: 0, count: width),
      standardDeviation: [Float](repeating: 1, count: width),
      latents: [])
  }

  /// The latents kept are at most so many numbers: 16 MiB of a checkpoint.
  private static let mostNumbers = 4 << 20

  /// Encodes all training rows, where the model has an encoder; else N(0, 1).
  package init(
    of model: any Model, parameters: [NamedArray], data: TrainingData, device: any Device
  ) throws {
    guard let encoder = model.encoder else {
      self = .standardNormal(model.sampler?.latentWidth ?? 0)
      return
    }
    let batch = min(data.trainingRows, 1024)
    var trace = ModelTrace(clock: "encoding.clock")
    let rows = trace.batch(
      of: "encoding.table", rows: data.trainingRows, model.dimensions, size: batch, shuffles: false)
    let statistics = encoder.traceEncoder(rows.batch, in: &trace)
    trace.graph.tick(trace.clock)
    let program = try trace.program(parameters: parameters, on: device)
    try program.write(data.training, to: rows.table)
    try program.writeWords(
      Clock(rowCount: data.trainingRows, batchRows: batch).words, to: trace.clock)
    self = try Self.collect(
      program, statistics, rows: data.trainingRows, width: statistics.shape.columns / 2)
  }

  private static func collect(
    _ program: any Program, _ statistics: Value, rows: Int, width: Int
  ) throws -> LatentDistribution {
    let kept = max(1, min(rows, mostNumbers / (2 * width)))
    var latents: [Float] = []
    latents.reserveCapacity(kept * 2 * width)
    var sums = [Double](repeating: 0, count: 3 * width)
    var done = 0
    while done < rows {
      try program.run()
      let numbers = try program.read(statistics)
      let valid = min(statistics.shape.rows, rows - done)
      for r in 0..<valid {
        // Rows kept are spread evenly over the data, which may be sorted.
        let isKept = (done + r + 1) * kept / rows > (done + r) * kept / rows
        if isKept { latents += numbers[r * 2 * width..<(r + 1) * 2 * width] }
        for k in 0..<width {
          let mean = Double(numbers[r * 2 * width + k])
          sums[k] += mean
          sums[width + k] += mean * mean
          sums[2 * width + k] += Double(Latent.variance(numbers[(r * 2 + 1) * width + k]))
        }
      }
      done += valid
    }
    let count = Double(rows)
    let means = (0..<width).map { sums[$0] / count }
    let deviations = (0..<width).map { k in
      max(0, (sums[width + k] + sums[2 * width + k]) / count - means[k] * means[k]).squareRoot()
    }
    return LatentDistribution(
      mean: means.map { Float($0) }, standardDeviation: deviations.map { Float($0) },
      latents: latents)
  }
}

extension LatentDistribution {
  /// z of some rows: `rows.count`×L. It depends only on the seed, the row and the sample number.
  package func samples(
    from prior: LatentPrior, rows: Range<Int>, sample: Int, seed: UInt64
  ) -> [Float] {
    var z = [Float](repeating: 0, count: rows.count * width)
    guard width > 0 else { return z }
    z.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      Float.normals(
        NoiseKey(seed: seed, stream: .sampling, step: UInt32(sample)), rows: rows, columns: width,
        into: start)
    }
    switch prior {
    case .standardNormal: break
    case .aggregate:
      for i in z.indices { z[i] = mean[i % width] + standardDeviation[i % width] * z[i] }
    case .trainingLatents:
      let count = latents.count / (2 * width)
      let philox = Philox(seed: seed)
      for row in rows {
        let word = philox(
          SIMD4(0, UInt32(truncatingIfNeeded: row), UInt32(sample), RandomStream.latentRow.rawValue)
        ).x
        let chosen = Int(UInt64(word) * UInt64(count) >> 32)
        for k in 0..<width {
          let at = (row - rows.lowerBound) * width + k
          let variance = Latent.variance(latents[(chosen * 2 + 1) * width + k])
          z[at] = latents[chosen * 2 * width + k] + variance.squareRoot() * z[at]
        }
      }
    }
    return z
  }
}
