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
  /// From what the samples share and targets to −log p; nil where it was not asked for, and for a
  /// model without a density.
  private let density: PredictionPart?
  /// Rows per run of the program.
  package let batch: Int

  /// - Parameters:
  ///   - parameters: by name; what the model does not use is ignored.
  ///   - density: whether samples shall come with their likelihood, where the model has one.
  package init(
    _ model: any Model, parameters: [NamedArray], latent: LatentDistribution,
    density: Bool = false, device: any Device, batch: Int = 4096
  ) throws {
    (self.model, self.latent, self.batch) = (model, latent, batch)
    sampler = model.sampler
    sharing = try PredictionPart(
      sharedBy: model, parameters: parameters, batch: batch, device: device)
    sampling = try PredictionPart(
      sampledBy: model, parameters: parameters, batch: batch, device: device)
    self.density =
      density
      ? try PredictionPart(
        densityOf: model, parameters: parameters, batch: batch, device: device) : nil
  }

  /// Of a trained model.
  package convenience init(
    _ model: SavedModel, density: Bool = false, device: any Device, batch: Int = 4096
  ) throws {
    let (last, latent) = try model.finished
    try self.init(
      last, parameters: model.parameters, latent: latent, density: density, device: device,
      batch: batch)
  }

  /// Whether samples of a row differ.
  package var isRandom: Bool { sampler != nil }
  /// L; 0 for a deterministic model.
  package var latentWidth: Int { sampler?.latentWidth ?? 0 }

  private var width: Int { model.dimensions.targets }

  /// One sample of each of some rows.
  private struct Block {
    let sample: Int
    /// The index of the first row.
    let start: Int
    let targets: ArraySlice<Float>
    var latents: ArraySlice<Float> = []
    var likelihoods: ArraySlice<Float> = []
  }

  /// Calls `body` with samples of some rows. A deterministic model is evaluated once.
  ///
  /// - Parameters:
  ///   - conditions: of all rows, one after the other.
  ///   - numbers: of the rows, which determine their random numbers.
  private func forEachSample(
    _ samples: Int, of conditions: ArraySlice<Float>, numbers: RowNumbers, z source: LatentSource,
    _ body: (Block) -> Void
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
        body(Block(sample: 0, start: start, targets: given))
        continue
      }
      try sampling.take(given)
      try density?.take(given)
      let ranges = numbers.ranges(start, count: count)
      for sample in 0..<samples {
        let z =
          switch source {
          case .prior(let seed): latents(ranges, sampler.prior, sample: sample, seed: seed)
          case .given(let all): latents(all, start..<start + count, sample: sample, of: samples)
          }
        var block = Block(
          sample: sample, start: start, targets: try sampling.run(with: z[...], rows: count))
        block.latents = z[...]
        block.likelihoods = try density?.run(with: block.targets, rows: count) ?? []
        body(block)
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

  /// Of one sample of some rows, among all that are given.
  private func latents(
    _ all: [Float], _ rows: Range<Int>, sample: Int, of samples: Int
  ) -> [Float] {
    rows.flatMap { row in
      all[(row * samples + sample) * latentWidth..<(row * samples + sample + 1) * latentWidth]
    }
  }

  /// Several samples of each row.
  package func samples(
    _ samples: Int, of conditions: ArraySlice<Float>, numbers: RowNumbers, z: LatentSource,
    keepsLatents: Bool = false
  ) throws -> SampledRows {
    let rows = conditions.count / model.dimensions.conditions
    // All samples of a deterministic model are the same.
    let copies = isRandom ? 1 : samples
    func zeros(_ width: Int) -> [Float] { [Float](repeating: 0, count: rows * samples * width) }
    func place(_ elements: ArraySlice<Float>, _ block: Block, _ width: Int, in all: inout [Float]) {
      for (index, number) in elements.enumerated() {
        let place = (block.start + index / width) * samples + block.sample
        for copy in 0..<copies { all[(place + copy) * width + index % width] = number }
      }
    }
    let kept = keepsLatents ? latentWidth : 0
    var all = SampledRows(
      targets: zeros(width), latents: zeros(kept), likelihoods: zeros(density == nil ? 0 : 1))
    try forEachSample(samples, of: conditions, numbers: numbers, z: z) { block in
      place(block.targets, block, width, in: &all.targets)
      if keepsLatents { place(block.latents, block, latentWidth, in: &all.latents) }
      place(block.likelihoods, block, 1, in: &all.likelihoods)
    }
    return all
  }

  /// The first sample of each row, and the mean of several.
  package func means(
    _ samples: Int, of conditions: ArraySlice<Float>, numbers: RowNumbers, z: LatentSource
  ) throws -> (single: [Float], mean: [Float]) {
    let rows = conditions.count / model.dimensions.conditions
    var single = [Float](repeating: 0, count: rows * width)
    var sums = [Double](repeating: 0, count: rows * width)
    try forEachSample(samples, of: conditions, numbers: numbers, z: z) { block in
      for (index, number) in block.targets.enumerated() {
        if block.sample == 0 { single[block.start * width + index] = number }
        sums[block.start * width + index] += Double(number)
      }
    }
    let count = Double(isRandom ? samples : 1)
    return (single, sums.map { Float($0 / count) })
  }
}
