import Datasets
import Engine
import Evaluation
import Machine
import Physics
import Text
import Training

/// `predict --refine`: every sample moved to an exact geometry.
extension PredictOptions {
  /// The columns behind those of predictions.
  static let refinedColumns = ["weight", "moved", "residual", "refined"]

  /// A relative noise of the momenta of training, and above, that is more than rounding.
  private static let leastNoise = 2e-4

  /// Throws for a run whose samples mean more than exact geometries.
  func checkRefining(_ model: SavedModel) throws(Failure) {
    guard refine else { return }
    let molecule = model.preparation.frame.molecule
    guard molecule.atoms > 1 else {
      throw .usage("--refine: a single atom does not explode", hint: "omit --refine")
    }
    _ = try prior.prior(of: molecule)
    guard let noise = model.momentumNoise, noise > Self.leastNoise else { return }
    throw .usage(
      "--refine: \(folder ?? "") was trained on momenta with "
        + "\(Numbers.significant(100 * noise, digits: 2)) % noise, below which samples cannot be "
        + "sharpened",
      hint: "omit --refine: with noise, samples are weighted anew, not moved; solve with --noise "
        + "does so")
  }

  /// Predicts and refines block by block.
  ///
  /// - Returns: the number of rows, and what became of their samples.
  func predictRefined(
    _ model: SavedModel, _ predictor: MomentumPredictor, _ given: GivenLatents?,
    to writer: TableWriter, threads: Int, _ output: Output
  ) throws -> (rows: Int, remarks: [String]) {
    let molecule = model.preparation.frame.molecule
    let (search, prior) = (GeometrySearch(molecule), try prior.prior(of: molecule))
    let width = predictor.columns.count
    var refined = RefinedSamples()
    let reader: TableReader<Double> = reader(model, predictor, threads)
    let (rows, _) = try predict(model, predictor, given, reading: reader, output) {
      table, first, predict in
      let rounded = table.rounded
      let predicted = try predict(rounded).map(Double.init)
      try predictor.flagged.check(momentaName, units: nil)
      let starts = stride(from: 0, to: predicted.count, by: width).flatMap {
        predicted[$0..<$0 + molecule.width]
      }
      let blocks = SearchBlocks(table, molecule, starts: starts, count: samples, threads: threads)
      for (block, number) in blocks {
        output.status("\(Numbers.grouped(first + number)) rows")
        let events = search.search(
          block.momenta, from: block.starts, charges: block.charges, threads: threads)
        let range = number * samples * width..<(number + events.count) * samples * width
        let rows = RefinedSamples(events, predicted: predicted[range], prior)
        try writer.append(rows.rows)
        refined.count(rows)
      }
      return rounded
    }
    return (rows, refined.text)
  }
}

extension Table<Double> {
  /// In single precision, as models take it.
  var rounded: Table<Float> {
    let rounded = Table<Float>(columns: columns, rows: rows)
    for i in 0..<rows * width { rounded.values[i] = Float(values[i]) }
    rounded.firstRow = firstRow
    return rounded
  }
}
