package import Engine
package import Models
package import Training

/// A trained model as a map from conditions, and chance, to targets.
package final class Predictor {
  private let model: any Model
  private let latent: LatentDistribution
  private let sampler: (any LatentSampler)?
  /// What all samples of a row have in common, such as the density that they are sampled from; nil
  /// where that is the conditions themselves.
  private let sharing: PredictionPart?
  /// From what samples share to samples; nil where that is the prediction.
  private let sampling: PredictionPart?
  /// Rows of one run.
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

  /// Whether two draws differ.
  package var isRandom: Bool { sampler != nil }

  private var width: Int { model.dimensions.targets }

  /// Calls `body` with draws of some rows: the number of the draw, the place of the first row, and
  /// the targets. A model that draws nothing is asked once.
  ///
  /// - Parameters:
  ///   - conditions: of all rows, one after the other.
  ///   - numbers: of the rows, which their noise follows from.
  ///   - samples: the numbers of the draws.
  private func forEachDraw(
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
      return latent.draw(prior, rows: range, sample: sample, seed: seed)
    }
    return ranges.flatMap { latent.draw(prior, rows: $0, sample: sample, seed: seed) }
  }

  /// Targets for the conditions of some rows, one draw each.
  ///
  /// - Parameter sample: the number of the draw.
  package func draw(
    _ conditions: ArraySlice<Float>, numbers: RowNumbers, sample: Int, seed: UInt64
  ) throws -> [Float] {
    var predictions: [Float] = []
    predictions.reserveCapacity(conditions.count / model.dimensions.conditions * width)
    try forEachDraw(sample..<sample + 1, of: conditions, numbers: numbers, seed: seed) {
      predictions += $2
    }
    return predictions
  }

  /// Several draws of each row, one after the other.
  package func draws(
    _ samples: Int, of conditions: ArraySlice<Float>, numbers: RowNumbers, seed: UInt64
  ) throws -> [Float] {
    let rows = conditions.count / model.dimensions.conditions
    // A model that draws nothing says the same each time.
    let copies = isRandom ? 1 : samples
    var all = [Float](repeating: 0, count: rows * samples * width)
    try forEachDraw(0..<samples, of: conditions, numbers: numbers, seed: seed) {
      sample, start, rows in
      for (index, number) in rows.enumerated() {
        let place = (start + index / width) * samples + sample
        for copy in 0..<copies { all[(place + copy) * width + index % width] = number }
      }
    }
    return all
  }

  /// The first draw of each row, and the mean of several.
  package func means(
    _ samples: Int, of conditions: ArraySlice<Float>, numbers: RowNumbers, seed: UInt64
  ) throws -> (single: [Float], mean: [Float]) {
    let rows = conditions.count / model.dimensions.conditions
    var single = [Float](repeating: 0, count: rows * width)
    var sums = [Double](repeating: 0, count: rows * width)
    try forEachDraw(0..<samples, of: conditions, numbers: numbers, seed: seed) {
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
