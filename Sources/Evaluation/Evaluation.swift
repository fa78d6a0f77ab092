package import Datasets
package import Engine
import Models
import Physics
import Randomness
package import Training

/// A trained system judged on rows: one honest draw of each, the mean of several, and for some
/// rows the spread of many.
///
/// Predictions see momenta alone. Positions enter afterwards, where the two are compared.
package struct Evaluation: Sendable {
  package let judged: JudgedRows
  /// Draws of each row.
  package let samples: Int
  /// One draw per row.
  package let single: PositionMetrics
  /// The mean of all draws of a row.
  package let mean: PositionMetrics
  /// What knows nothing: the mean position of the training rows, for every row. Nil where the
  /// model's file does not say what that is.
  package let trivial: PositionMetrics?
  /// Many draws of some rows, and what they say; nil for a system that draws nothing.
  package let draws: PosteriorDraws?
  package let calibration: Calibration?
  /// Nil for a system without a latent that data have a say in.
  package let latent: LatentStatistics?
  /// Nil for a system that has no density.
  package let density: DensityMetrics?
  /// Rows to show one by one, by their place among those judged.
  package let examples: [Int]
  /// Rows whose momenta define no frame, and values far beyond those of training.
  package let undefinedRows, farValues: Int

  /// Numbers that one draw takes.
  package let latentWidth: Int

  package var rows: Int { judged.count }
}

extension Evaluation {
  /// - Parameters:
  ///   - rows: of the table, by number.
  ///   - progress: is told what is done next.
  package init(
    _ model: SavedModel, on table: Table<Float>, rows: [UInt32],
    settings: EvaluationSettings, device: any Device, threads: Int,
    progress: (String) -> Void = { _ in }
  ) throws {
    let molecule = model.preparation.frame.molecule
    let columns = try TrueValues(of: table, molecule)
    let sampler = try Sampler(model, on: table, rows: rows, device: device, threads: threads)
    samples = sampler.isRandom ? settings.samples : 1
    progress("drawing \(samples) of each row")
    let (single, mean) = try sampler.singleAndMean(of: samples, seed: settings.seed)
    judged = JudgedRows(
      molecule: molecule, rows: rows, truth: columns.positions(rows),
      momenta: columns.momenta(rows), single: single, mean: mean)
    progress("exploding what was predicted")
    let judged = judged
    func metrics(_ predicted: [Float]) -> PositionMetrics {
      PositionMetrics(
        predicted: predicted, truth: judged.truth, momenta: judged.momenta, molecule: molecule,
        threads: threads)
    }
    self.single = metrics(single)
    self.mean = samples > 1 ? metrics(mean) : self.single
    let typical = model.meanPositions
    trivial = typical.isEmpty ? nil : metrics(rows.flatMap { _ in typical })
    progress("drawing \(settings.posteriorSamples) of some rows")
    draws = try PosteriorDraws(
      model, on: table, columns, rows: rows, settings: settings, device: device, threads: threads)
    calibration = draws.map { Calibration(of: $0, seed: settings.seed, threads: threads) }
    progress("looking at latents")
    let prepared = try model.preparation.prepare(table, rows: rows, threads: threads)
    let flow = try FlowPass(
      model.model, parameters: model.parameters, rows: prepared, device: device)
    density = try DensityMetrics(
      model, prepared, flow, of: table, rows: rows, device: device, threads: threads)
    latent =
      flow.map { LatentStatistics($0, width: model.preparation.targets.count) }
      ?? model.latent.flatMap { LatentStatistics($0, seed: settings.seed) }
    examples = Self.examples(settings.examples, of: rows.count, seed: settings.seed)
    latentWidth = model.latent?.width ?? 0
    undefinedRows = sampler.prepared.undefinedRows
    farValues = sampler.prepared.farValues
  }

  /// So many different rows, by chance, in their order.
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
