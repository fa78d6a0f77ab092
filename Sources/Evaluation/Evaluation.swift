package import Datasets
package import Engine
import Physics
package import Training

/// A trained system judged on rows: one honest draw of each, and the mean of several.
///
/// Predictions see momenta alone. Positions enter afterwards, where the two are compared.
package struct Evaluation: Sendable {
  package let rows: Int
  package let samples: Int
  /// One draw per row.
  package let single: PositionMetrics
  /// The mean of all draws of a row.
  package let mean: PositionMetrics
  /// What knows nothing: the mean position of the training rows, for every row.
  package let trivial: PositionMetrics

  /// - Parameters:
  ///   - rows: of the table, by number.
  ///   - training: rows whose mean is the trivial prediction.
  package init(
    _ model: SavedModel, on table: Table<Float>, rows: [UInt32], training: [UInt32],
    samples: Int, seed: UInt64, device: any Device, threads: Int
  ) throws {
    let (last, latent) = try model.finished
    let predictor = try Predictor(
      last, parameters: model.parameters, latent: latent, prior: model.configuration.prior,
      device: device, batch: min(4096, rows.count))
    let prepared = try model.preparation.prepare(
      table, rows: rows, positions: false, threads: threads)
    let samples = predictor.isRandom ? samples : 1
    var single: [Float] = []
    var sums: [Double] = []
    for sample in 0..<samples {
      let drawn = try predictor.draw(prepared.conditions[...], first: 0, sample: sample, seed: seed)
      // Rotations are linear: the mean may be taken after them, in the frame of the data.
      let positions = try model.preparation.restore(drawn, of: table, rows: rows, threads: threads)
      if sample == 0 {
        single = positions
        sums = positions.map(Double.init)
      } else {
        for i in positions.indices { sums[i] += Double(positions[i]) }
      }
    }
    let molecule = model.preparation.frame.molecule
    let truth = try Self.values(molecule.positionColumns, of: table, rows)
    let momenta = try Self.values(molecule.momentumColumns, of: table, rows)
    let learned = try Self.values(molecule.positionColumns, of: table, training)
    func metrics(_ predicted: [Float]) -> PositionMetrics {
      PositionMetrics(
        predicted: predicted, truth: truth, momenta: momenta, molecule: molecule,
        threads: threads)
    }
    (self.rows, self.samples) = (rows.count, samples)
    self.single = metrics(single)
    mean = metrics(sums.map { Float($0 / Double(samples)) })
    trivial = metrics(Self.means(learned, width: molecule.width, rows: rows.count))
  }

  private static func values(
    _ names: [String], of table: Table<Float>, _ rows: [UInt32]
  ) throws -> [Float] {
    guard let columns = table.indices(of: names) else {
      throw PreparationError(
        "the table lacks some of \(names.joined(separator: ", "))",
        hint: "evaluation compares with true positions; predict needs none")
    }
    return rows.flatMap { row in columns.map { table[Int(row), $0] } }
  }

  private static func means(_ values: [Float], width: Int, rows: Int) -> [Float] {
    var sums = [Double](repeating: 0, count: width)
    for i in values.indices { sums[i % width] += Double(values[i]) }
    let means = sums.map { Float($0 / Double(max(1, values.count / width))) }
    return (0..<rows).flatMap { _ in means }
  }
}
