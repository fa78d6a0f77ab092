import Datasets
import Engine
import Physics
import Training

extension PosteriorSamples {
  /// Samples of evenly spaced rows; nil for a deterministic model, and where none are wanted.
  init?(
    _ model: SavedModel, on table: Table<Float>, _ columns: TrueValues, rows: [UInt32],
    settings: EvaluationSettings, relativeTo translation: Translation, device: any Device,
    threads: Int
  ) throws {
    let count = min(settings.posteriorRows, rows.count)
    guard count > 0, settings.posteriorSamples > 1 else { return nil }
    let chosen = (0..<count).map { rows[$0 * rows.count / count] }
    let sampler = try Sampler(model, on: table, rows: chosen, device: device, threads: threads)
    guard sampler.isRandom else { return nil }
    let molecule = model.preparation.frame.molecule
    let samples = try sampler.samples(settings.posteriorSamples, seed: settings.seed)
    self.init(
      molecule: molecule, rows: chosen, samples: settings.posteriorSamples,
      values: translation.applied(to: samples, molecule),
      truth: translation.applied(to: columns.positions(chosen), molecule),
      momenta: columns.momenta(chosen))
  }
}
