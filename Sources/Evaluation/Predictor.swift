package import Engine
package import Models
package import Training

/// A trained model as a map from conditions, and chance, to targets.
package final class Predictor {
  private let model: any Model
  private let latent: LatentDistribution
  private let prior: SystemConfiguration.Prior
  private let program: any Program
  private let z: Value?
  private let condition, prediction: Value
  /// Rows of one run.
  package let batch: Int

  /// - Parameter parameters: by name; what the model does not use is ignored.
  package init(
    _ model: any Model, parameters: [NamedArray], latent: LatentDistribution,
    prior: SystemConfiguration.Prior, device: any Device, batch: Int = 4096
  ) throws {
    (self.model, self.latent, self.prior, self.batch) = (model, latent, prior, batch)
    let decoder = TracedDecoder(model, batch: batch)
    (z, condition, prediction) = (decoder.z, decoder.condition, decoder.prediction)
    program = try device.compile(decoder.trace.graph)
    for content in try decoder.contents(parameters) {
      try program.write(content.elements, to: content.value)
    }
  }

  /// Of a trained system.
  package convenience init(
    _ model: SavedModel, device: any Device, batch: Int = 4096
  ) throws {
    let (last, latent) = try model.finished
    try self.init(
      last, parameters: model.parameters, latent: latent, prior: model.configuration.prior,
      device: device, batch: batch)
  }

  /// Whether two draws differ.
  package var isRandom: Bool { model.latentWidth > 0 }

  /// Targets for the conditions of some rows, one draw each.
  ///
  /// - Parameters:
  ///   - conditions: of all rows, one after the other.
  ///   - first: the number of the first row, which its noise follows from.
  ///   - sample: the number of the draw.
  package func draw(
    _ conditions: ArraySlice<Float>, first: Int, sample: Int, seed: UInt64
  ) throws -> [Float] {
    let width = model.dimensions.conditions
    let rows = conditions.count / width
    precondition(conditions.count == rows * width, "conditions are no whole rows")
    var predictions: [Float] = []
    predictions.reserveCapacity(rows * model.dimensions.targets)
    for start in stride(from: 0, to: rows, by: batch) {
      let count = min(batch, rows - start)
      let begin = conditions.startIndex + start * width
      try write(conditions[begin..<begin + count * width], to: condition)
      if let z {
        let range = first + start..<first + start + count
        try write(latent.draw(prior, rows: range, sample: sample, seed: seed)[...], to: z)
      }
      try program.run()
      predictions += try program.read(prediction).prefix(count * model.dimensions.targets)
    }
    return predictions
  }

  /// Several draws of each row, one after the other.
  package func draws(
    _ samples: Int, of conditions: ArraySlice<Float>, first: Int, seed: UInt64
  ) throws -> [Float] {
    let width = model.dimensions.targets
    let rows = conditions.count / model.dimensions.conditions
    var all = [Float](repeating: 0, count: rows * samples * width)
    var drawn: [Float] = []
    for sample in 0..<samples {
      // A model that draws nothing says the same each time.
      if sample == 0 || isRandom {
        drawn = try draw(conditions, first: first, sample: sample, seed: seed)
      }
      for row in 0..<rows {
        let target = (row * samples + sample) * width
        for k in 0..<width { all[target + k] = drawn[row * width + k] }
      }
    }
    return all
  }

  /// Rows beyond the last one are zeros.
  private func write(_ elements: ArraySlice<Float>, to value: Value) throws {
    let rest = value.shape.count - elements.count
    try program.write(Array(elements) + [Float](repeating: 0, count: rest), to: value)
  }
}
