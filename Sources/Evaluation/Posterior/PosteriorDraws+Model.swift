import Datasets
import Engine
import Physics
import Training

extension PosteriorDraws {
  /// Many draws of some of the rows, spread evenly over them; nil where nothing is random, or
  /// nothing is asked for.
  init?(
    _ model: SavedModel, on table: Table<Float>, _ columns: TrueValues, rows: [UInt32],
    settings: EvaluationSettings, device: any Device, threads: Int
  ) throws {
    let count = min(settings.posteriorRows, rows.count)
    guard count > 0, settings.posteriorSamples > 1 else { return nil }
    let chosen = (0..<count).map { rows[$0 * rows.count / count] }
    let sampler = try Sampler(model, on: table, rows: chosen, device: device, threads: threads)
    guard sampler.isRandom else { return nil }
    self.init(
      molecule: model.preparation.frame.molecule, rows: chosen,
      samples: settings.posteriorSamples,
      values: try sampler.draws(settings.posteriorSamples, seed: settings.seed),
      truth: columns.positions(chosen), momenta: columns.momenta(chosen))
  }
}
