package import Engine
import Glibc
package import Models
package import Training

/// A trained model as a map from conditions and random numbers to targets.
///
/// The samples of an ensemble come from its networks in turn, and their density is the mean of the
/// networks' densities.
package final class Predictor {
  private let model: any Model
  private let networks: [Network]
  private let sampler: (any LatentSampler)?
  /// Rows per run of the program.
  package let batch: Int

  /// One of the networks that predict together.
  private struct Network {
    let latent: LatentDistribution
    /// From conditions to what all samples of a row share, such as the density; nil where they share
    /// the condition itself.
    let sharing: PredictionPart?
    /// From what the samples share to targets; nil for a deterministic model.
    let sampling: PredictionPart?
    /// From what the samples share and targets to −log p; nil where it was not asked for, and for a
    /// model without a density.
    let density: PredictionPart?

    init(
      _ model: any Model, _ parameters: [NamedArray], _ latent: LatentDistribution,
      density: Bool, on device: any Device, batch: Int
    ) throws {
      self.latent = latent
      sharing = try PredictionPart(
        sharedBy: model, parameters: parameters, batch: batch, device: device)
      sampling = try PredictionPart(
        sampledBy: model, parameters: parameters, batch: batch, device: device)
      self.density =
        density
        ? try PredictionPart(
          densityOf: model, parameters: parameters, batch: batch, device: device) : nil
    }

    /// What the samples of some rows share, where the parts that need it have it.
    func take(_ conditions: ArraySlice<Float>, rows: Int) throws -> ArraySlice<Float> {
      var shared = conditions
      if let sharing {
        try sharing.take(conditions)
        shared = try sharing.run(rows: rows)
      }
      try sampling?.take(shared)
      try density?.take(shared)
      return shared
    }
  }

  /// - Parameters:
  ///   - networks: their parameters, by name, of which what the model does not use is ignored, and
  ///     their latent distributions.
  ///   - density: whether samples shall come with their likelihood, where the model has one.
  package init(
    _ model: any Model, networks: [(parameters: [NamedArray], latent: LatentDistribution)],
    density: Bool = false, device: any Device, batch: Int = 4096
  ) throws {
    (self.model, self.batch, sampler) = (model, batch, model.sampler)
    self.networks = try networks.map {
      try Network(model, $0.parameters, $0.latent, density: density, on: device, batch: batch)
    }
  }

  /// Of a trained model.
  package convenience init(
    _ model: SavedModel, density: Bool = false, device: any Device, batch: Int = 4096
  ) throws {
    try self.init(
      model.finished.model,
      networks: model.networks.map { ($0.parameters, try $0.finished.latent) }, density: density,
      device: device, batch: batch)
  }

  /// Whether samples of a row differ.
  package var isRandom: Bool { sampler != nil || networks.count > 1 }
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

  /// Calls `body` with samples of some rows. A single deterministic model is evaluated once.
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
      let given = conditions[begin..<begin + count * columns]
      let shared = try networks.map { try $0.take(given, rows: count) }
      let ranges = numbers.ranges(start, count: count)
      for sample in 0..<(isRandom ? samples : 1) {
        let network = networks[sample % networks.count]
        guard let sampler, let sampling = network.sampling else {
          body(Block(sample: sample, start: start, targets: shared[sample % networks.count]))
          continue
        }
        let z =
          switch source {
          case .prior(let seed):
            latents(ranges, network.latent, sampler.prior, sample: sample, seed: seed)
          case .given(let all): latents(all, start..<start + count, sample: sample, of: samples)
          }
        var block = Block(
          sample: sample, start: start, targets: try sampling.run(with: z[...], rows: count))
        block.latents = z[...]
        block.likelihoods = try likelihoods(of: block.targets, rows: count)
        body(block)
      }
    }
  }

  /// −log of the mean of the networks' densities, for rows whose conditions they have taken; empty
  /// where there are none.
  private func likelihoods(of targets: ArraySlice<Float>, rows: Int) throws -> ArraySlice<Float> {
    let each = try networks.compactMap { try $0.density?.run(with: targets, rows: rows) }
    if each.count < 2 { return each.first ?? [] }
    return ArraySlice(
      each[0].indices.map { row in
        let least = each.reduce(Float.infinity) { min($0, $1[row]) }
        guard least.isFinite else { return least }
        let sum = each.reduce(0.0) { $0 + exp(Double(least - $1[row])) }
        return least - Float(log(sum / Double(each.count)))
      })
  }

  /// −log p of the targets of each row; nil for a model without a density, or where it was not asked
  /// for.
  package func likelihoods(
    of targets: ArraySlice<Float>, conditions: ArraySlice<Float>
  ) throws -> [Float]? {
    guard networks.allSatisfy({ $0.density != nil }) else { return nil }
    let columns = model.dimensions.conditions
    var all: [Float] = []
    for start in stride(from: 0, to: conditions.count / columns, by: batch) {
      let count = min(batch, conditions.count / columns - start)
      let begin = conditions.startIndex + start * columns
      for network in networks {
        _ = try network.take(conditions[begin..<begin + count * columns], rows: count)
      }
      let first = targets.startIndex + start * width
      all += try likelihoods(of: targets[first..<first + count * width], rows: count)
    }
    return all
  }

  private func latents(
    _ ranges: [Range<Int>], _ latent: LatentDistribution, _ prior: LatentPrior, sample: Int,
    seed: UInt64
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
      targets: zeros(width), latents: zeros(kept),
      likelihoods: zeros(networks[0].density == nil ? 0 : 1))
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
