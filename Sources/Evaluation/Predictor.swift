package import Engine
package import Models
package import Training

/// A trained model as a map from conditions and random numbers to targets.
package final class Predictor {
  private let model: any Model
  private let latent: LatentDistribution
  private let sampler: (any LatentSampler)?
  /// From conditions to what all samples of a row share, such as the density; nil where they share
  /// the condition itself.
  private let sharing: PredictionPart?
  /// From what the samples share to targets; nil for a deterministic model.
  private let sampling: PredictionPart?
  /// Rows per run of the program.
  package let batch: Int

  /// - Parameter parameters: by name; what the model does not use is ignored.
  package init(
    _ model: any Model, parameters: [NamedArray], latent: LatentDistribution,
    device: any Device, batch: Int = 4096
  ) throws {
    (self.model, self.latent, self.batch) = (model, latent, batch)
    sampler = model.sampler
    sharing = try PredictionPart(
      sharedBy: model, parameters: parameters, batch: batch, device: device)
    sampling = try PredictionPart(
      sampledBy: model, parameters: parameters, batch: batch, device: device)
  }

  /// Of a trained model.
  package convenience init(
    _ model: SavedModel, device: any Device, batch: Int = 4096
  ) throws {
    let (last, latent) = try model.finished
    try self.init(
      last, parameters: model.parameters, latent: latent, device: device, batch: batch)
  }

  /// Whether samples of a row differ.
  package var isRandom: Bool { sampler != nil }

  private var width: Int { model.dimensions.targets }

  /// Calls `body` with samples of some rows: the sample number, the index of the first row, and the
  /// targets. A deterministic model is evaluated once.
  ///
  /// - Parameters:
  ///   - conditions: of all rows, one after the other.
  ///   - numbers: of the rows, which determine their random numbers.
  ///   - samples: the sample numbers.
  private func forEachSample(
    _ samples: Range<Int>, of conditions: ArraySlice<Float>, numbers: RowNumbers, seed: UInt64,
    _ body: (Int, Int, ArraySlice<Float>) -> Void
  ) throws {
    let columns = model.dimensions.conditions
    let rows = conditions.count / columns
    precondition(conditions.count == rows * columns, "conditions are no whole rows")
    for start in stride(from: 0, to: rows, by: batch) {
      let count = min(batch, rows - start)
      let begin = conditions.startIndex + start * columns
      var given = conditions[begin..<begin + count * columns]
      if let sharing {
        try sharing.take(given)
        given = try sharing.run(rows: count)
      }
      guard let sampler, let sampling else {
        for sample in samples.prefix(1) { body(sample, start, given) }
        continue
      }
      try sampling.take(given)
      let ranges = numbers.ranges(start, count: count)
      for sample in samples {
        let z = latents(ranges, sampler.prior, sample: sample, seed: seed)
        body(sample, start, try sampling.run(z: z, rows: count))
      }
    }
  }

  private func latents(
    _ ranges: [Range<Int>], _ prior: LatentPrior, sample: Int, seed: UInt64
  ) -> [Float] {
    if let range = ranges.first, ranges.count == 1 {
      return latent.samples(from: prior, rows: range, sample: sample, seed: seed)
    }
    return ranges.flatMap { latent.samples(from: prior, rows: $0, sample: sample, seed: seed) }
  }

  /// Several samples of each row, one after the other.
  package func samples(
    _ samples: Int, of conditions: ArraySlice<Float>, numbers: RowNumbers, seed: UInt64
  ) throws -> [Float] {
    let rows = conditions.count / model.dimensions.conditions
    // All samples of a deterministic model are the same.
    let copies = isRandom ? 1 : samples
    var all = [Float](repeating: 0, count: rows * samples * width)
    try forEachSample(0..<samples, of: conditions, numbers: numbers, seed: seed) {
      sample, start, rows in
      for (index, number) in rows.enumerated() {
        let place = (start + index / width) * samples + sample
        for copy in 0..<copies { all[(place + copy) * width + index % width] = number }
      }
    }
    return all
  }

  /// The first sample of each row, and the mean of several.
  package func means(
    _ samples: Int, of conditions: ArraySlice<Float>, numbers: RowNumbers, seed: UInt64
  ) throws -> (single: [Float], mean: [Float]) {
    let rows = conditions.count / model.dimensions.conditions
    var single = [Float](repeating: 0, count: rows * width)
    var sums = [Double](repeating: 0, count: rows * width)
    try forEachSample(0..<samples, of: conditions, numbers: numbers, seed: seed) {
      sample, start, rows in
      for (index, number) in rows.enumerated() {
        if sample == 0 { single[start * width + index] = number }
        sums[start * width + index] += Double(number)
      }
    }
    let count = Double(isRandom ? samples : 1)
    return (single, sums.map { Float($0 / count) })
  }
}
