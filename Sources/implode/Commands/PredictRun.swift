import Datasets
import Engine
import Evaluation
import Machine
import Physics
import Training
import Text

extension PredictOptions {
  func run(_ output: Output) throws {
    guard let folder, let momenta, let out else { return }
    let rule = OverwriteRule(
      of: "predict", isForced: force, run: folder, inputs: [folder, momenta])
    try rule.check(out)
    let model = try SavedModel(of: folder)
    let place = try Workplace.choose(backend, device: device, threads: threads)
    let threads = threads ?? CPU.threads
    let predictor = try MomentumPredictor(
      model, samples: samples, answer: mean ? .mean : .samples, seed: seed, device: place.device,
      threads: threads)
    if samples > 1, !predictor.isRandom {
      output.warn("\(folder): the model is deterministic: all samples of a row are the same")
    }
    let writer = try TableWriter(
      out, columns: predictor.columns + (flags ? ["flags"] : []), rows: nil,
      samples: mean ? 1 : samples, precision: .float32, threads: threads, rule: rule)
    let clock = ContinuousClock.now
    let file = momenta == "-" ? "standard input" : momenta
    var concerns: [String] = []
    var fitting: DataUnits?
    let report = try reader(model, predictor, threads).stream(
      momenta, rowsPerBlock: MomentumPredictor.rowsPerBlock(samples: samples)
    ) { table, first in
      output.status("\(Numbers.grouped(first)) rows")
      do {
        let positions = try predictor.predict(table, first: first)
        try writer.append(floats: flags ? flagged(positions, predictor) : positions)
      } catch let error as Failure where error.code == .data {
        throw error.at(file)
      }
      guard first == 0 else { return }
      concerns = try Audit.concerns(
        about: table, file: file, model, predictor.flagged, threads: threads)
      fitting = try model.preparation.units(
        explaining: table, range: model.range, threads: threads)
    }
    output.clearStatus()
    for note in report.notes + concerns + predictor.flagged.warnings(file, model, units: fitting) {
      output.warn(note)
    }
    try predictor.flagged.check(file, units: fitting)
    try writer.close()
    try output.print(summary(rows: report.rowsKept, since: clock), about: out)
  }

  private func reader(
    _ model: SavedModel, _ predictor: MomentumPredictor, _ threads: Int
  ) -> TableReader<Float> {
    var reader = TableReader<Float>(columns: predictor.momenta)
    (reader.threads, reader.badRows) = (threads, onBadRow)
    (reader.names, reader.units) = (columns, units)
    reader.molecule = model.preparation.frame.molecule
    if !model.preparation.readsCharges { reader.optional = reader.molecule.chargeColumns }
    return reader
  }

  /// The positions of the last block, with the flags of its rows behind each.
  private func flagged(_ positions: [Float], _ predictor: MomentumPredictor) -> [Float] {
    let width = predictor.columns.count
    let predictions = mean ? 1 : samples
    return predictor.flags.enumerated().flatMap { row, flags in
      (row * predictions..<(row + 1) * predictions).flatMap {
        positions[$0 * width..<($0 + 1) * width] + [Float(flags.rawValue)]
      }
    }
  }

  /// `out.csv: 16 samples for each of 1,000 rows in 0.1 s, 10,000 rows per second`.
  private func summary(rows: Int, since clock: ContinuousClock.Instant) -> String {
    let seconds = (ContinuousClock.now - clock).seconds
    let count = Numbers.grouped(rows) + (rows == 1 ? " row" : " rows")
    let what =
      samples == 1
      ? count
      : (mean ? "mean of \(samples) samples" : "\(samples) samples") + " for each of \(count)"
    let rate = Int(Double(rows) / max(seconds, 1e-9))
    return "\(out == "-" ? "standard output" : out ?? ""): \(what) in "
      + "\(Numbers.fixed(seconds, digits: 1)) s, \(Numbers.grouped(rate)) rows per second"
  }
}
