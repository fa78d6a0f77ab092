package import Datasets
package import Engine
import Models
package import Physics
import Randomness
package import Training

/// Errors and calibration of a trained model on some rows.
///
/// Predictions use momenta only. True positions are used afterwards, to compute the errors.
package struct Evaluation: Sendable {
  package let evaluated: EvaluatedRows
  /// Samples for each row.
  package let samples: Int
  /// One sample per row.
  package let single: PositionMetrics
  /// The mean of all samples of a row.
  package let mean: PositionMetrics
  /// The mean position of the training rows, for every row. Nil where the checkpoint does not
  /// contain it.
  package let baseline: PositionMetrics?
  /// Many samples of some rows, and their calibration; nil for a deterministic model.
  package let posterior: PosteriorSamples?
  package let calibration: Calibration?
  /// Nil for a model without encoder or flow.
  package let latent: LatentStatistics?
  /// Nil for a model without a density.
  package let density: DensityMetrics?
  /// Random example rows, by their place among the evaluated rows.
  package let examples: [Int]
  /// Rows whose momenta define no frame, and values far outside those of training.
  package let undefinedRows, farValues: Int

  /// The center of mass of the true positions; nil where it is not known.
  package var translation: Translation?

  /// Rows that are not like those of training, or whose prediction may mean little.
  package var flagged = FlaggedRows()
  /// Rows that the model was trained or validated on; nil where that is not known.
  package var usedInTraining: Int?
  /// Whether the table is that of the training.
  package var isTrainingData = false

  /// The samples of `posterior` beside the exact geometries; nil where they were not compared.
  package var exact: ExactComparison?

  /// Dimension of z.
  package let latentWidth: Int

  package var rows: Int { evaluated.count }
}

extension Evaluation {
  /// - Parameters:
  ///   - rows: of the table, by number.
  ///   - explosions: what simulates the predictions; nil for the CPU.
  ///   - progress: is told what is done next.
  package init(
    _ model: SavedModel, on table: Table<Float>, rows: [UInt32],
    settings: EvaluationSettings, device: any Device, explosions: (any Explosions)? = nil,
    threads: Int, progress: (String) -> Void = { _ in }
  ) throws {
    let molecule = model.preparation.frame.molecule
    let columns = try TrueValues(of: table, molecule)
    let sampler = try Sampler(model, on: table, rows: rows, device: device, threads: threads)
    samples = sampler.isRandom ? settings.samples : 1
    progress("sampling \(samples) positions for each row")
    let predictions = try sampler.singleAndMean(of: samples, seed: settings.seed)
    let translation = Translation(
      of: columns.positions(rows), molecule, origin: settings.origin)
    self.translation = translation
    let evaluated = EvaluatedRows(rows, of: columns, predictions, translation, molecule)
    self.evaluated = evaluated
    progress("simulating the predictions")
    single = try evaluated.metrics(of: evaluated.single, on: explosions, threads: threads)
    mean =
      samples > 1
      ? try evaluated.metrics(of: evaluated.mean, on: explosions, threads: threads) : single
    let typical = translation.applied(to: model.meanPositions, molecule)
    baseline =
      typical.isEmpty
      ? nil
      : try evaluated.metrics(
        of: rows.flatMap { _ in typical }, on: explosions, threads: threads)
    progress("sampling \(settings.posteriorSamples) positions for calibration")
    posterior = try PosteriorSamples(
      model, on: table, columns, rows: rows, settings: settings, relativeTo: translation,
      device: device, threads: threads)
    calibration = posterior.map { Calibration(of: $0, seed: settings.seed, threads: threads) }
    progress("computing latent variables")
    (density, latent) = try Self.latents(
      model, on: table, rows: rows, settings: settings, device: device, threads: threads)
    examples = Self.examples(settings.examples, of: rows.count, seed: settings.seed)
    latentWidth = model.latent?.width ?? 0
    undefinedRows = sampler.prepared.undefinedRows
    farValues = sampler.prepared.farValues
    let flags = try model.preparation.flags(
      of: sampler.prepared, in: table, rows: rows, range: model.range, threads: threads)
    flagged.add(flags, numbers: { Int(rows[$0]) + 1 })
  }

  private static func latents(
    _ model: SavedModel, on table: Table<Float>, rows: [UInt32], settings: EvaluationSettings,
    device: any Device, threads: Int
  ) throws -> (DensityMetrics?, LatentStatistics?) {
    let prepared = try model.preparation.prepare(table, rows: rows, threads: threads)
    // The networks of an ensemble have latent variables of their own.
    let isOne = model.networks.count == 1
    let flow =
      isOne
      ? try FlowPass(
        model.model, parameters: model.parameters, rows: prepared, device: device) : nil
    let density = try DensityMetrics(
      model, prepared, flow, of: table, rows: rows, device: device, threads: threads)
    let latent =
      flow.map { LatentStatistics($0, width: model.preparation.targets.count) }
      ?? (isOne ? model.latent : nil).flatMap { LatentStatistics($0, seed: settings.seed) }
    return (density, latent)
  }

  /// `count` different random rows, in ascending order.
  private static func examples(_ count: Int, of rows: Int, seed: UInt64) -> [Int] {
    var chosen = Set<Int>()
    var attempt = 0
    while chosen.count < min(count, rows) {
      var random = RowRandom(seed: seed, stream: .example, row: attempt)
      chosen.insert(random.index(below: rows))
      attempt += 1
    }
    return chosen.sorted()
  }
}
