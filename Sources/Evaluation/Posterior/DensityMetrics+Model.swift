import Datasets
import Engine
import Glibc
import Models
import Training

extension DensityMetrics {
  /// Of a model that has a density; nil for the others.
  ///
  /// The density of the model's coordinates u becomes one of positions by the factors between
  /// them: `−log p(x) = −log p(u) + Σ log(scale) − n log(size)`, where a canonical frame makes an
  /// event larger by its energy.
  init?(
    _ model: SavedModel, _ prepared: PreparedRows, _ flow: FlowPass?, of table: Table<Float>,
    rows: [UInt32], device: any Device, threads: Int
  ) throws {
    guard let own = try Self.meanLikelihood(model, prepared, device) else { return nil }
    let scales = model.preparation.targets.scales
    let sizes = try model.preparation.frameScales(of: table, rows: rows, threads: threads)
    let size = sizes.reduce(0) { $0 + log($1) } / Double(max(1, sizes.count))
    let error = try flow.map { flow in
      let ways = try [prepared.targets, flow.returned].map {
        try model.preparation.restore($0, of: table, rows: rows, threads: threads)
      }
      return zip(ways[0], ways[1]).reduce(0.0) { largest, pair in
        let error = Double(abs(pair.0 - pair.1))
        // A nan is no small error.
        return error <= largest ? largest : error
      }
    }
    self.init(
      negativeLogLikelihood: own + scales.reduce(0) { $0 + log($1) } - Double(scales.count) * size,
      coordinates: scales.count, roundTripError: error)
  }

  /// The mean of −log p(u); of an ensemble p is the mean of its networks' densities.
  private static func meanLikelihood(
    _ model: SavedModel, _ prepared: PreparedRows, _ device: any Device
  ) throws -> Double? {
    if model.networks.count == 1 {
      return try RowLikelihood.negativeLogarithm(
        of: model.model, parameters: model.parameters, rows: prepared, device: device)
    }
    let predictor = try Predictor(
      model, density: true, device: device, batch: min(4096, max(1, prepared.count)))
    return try predictor.likelihoods(
      of: prepared.targets[...], conditions: prepared.conditions[...]
    ).map { $0.reduce(0) { $0 + Double($1) } / Double(max(1, $0.count)) }
  }
}
