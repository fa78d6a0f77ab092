import Datasets
import Engine
import Evaluation
import Machine
import Models
import Physics
import Training
import Text

extension PredictOptions {
  func run(_ output: Output) throws {
    guard let folder, let out else { return }
    let rule = OverwriteRule(
      of: "predict", isForced: force, run: folder, inputs: [folder, momenta, latents])
    try rule.check(out)
    let model = try SavedModel(of: folder)
    try check(model)
    try checkRefining(model)
    let place = try Workplace.choose(backend, device: device, threads: threads)
    let threads = threads ?? CPU.threads
    let predictor = try MomentumPredictor(
      model, samples: samples, answer: mean ? .mean : .samples, additions: additions,
      device: place.device, threads: threads)
    if samples > 1, !predictor.isRandom {
      output.warn("\(folder): the model is deterministic: all samples of a row are the same")
    }
    let given = try givenLatents(of: model, threads: threads)
    let lines = mean ? 1 : samples
    let columns = predictor.columns + (refine ? Self.refinedColumns : [])
    let reader: TableReader<Float> = reader(model, predictor, threads)
    if let momenta, let rows = try reader.leastRows(of: momenta) {
      try checkSize(out, rows: rows, lines: lines, columns: columns)
    }
    let writer = try TableWriter(
      out, columns: columns, rows: nil, samples: lines, precision: precision, threads: threads,
      rule: rule)
    let clock = ContinuousClock.now
    let (rows, remarks) =
      refine
      ? try predictRefined(model, predictor, given, to: writer, threads: threads, output)
      : (try predict(model, predictor, given, to: writer, threads: threads, output), [])
    try writer.close()
    for line in [summary(rows: rows, since: clock)] + remarks {
      try output.print(line, about: out)
    }
  }

  /// Exact geometries have more digits than samples.
  private var precision: NPZWriter.Precision { refine ? .float64 : .float32 }

  /// Throws where the results cannot have the place that they need: hours before the writer would
  /// find it.
  private func checkSize(
    _ out: String, rows: Int, lines: Int, columns: [String]
  ) throws(Failure) {
    var bytes: Int
    if TableWriter.format(of: out) == .npz {
      bytes = try NPZWriter.check(
        out, columns: columns, rows: rows, samples: lines, precision: precision)
    } else {
      if out.lowercased().hasSuffix(".gz") { return }
      // A number has at least one digit, and a delimiter behind it.
      let (numbers, isTooMany) = rows.multipliedReportingOverflow(by: 2 * lines * columns.count)
      bytes = isTooMany ? .max : numbers
    }
    try OutputFile.checkRoom(for: bytes, at: out)
  }

  private var additions: MomentumPredictor.Additions {
    var additions: MomentumPredictor.Additions = []
    if logDensity { additions.insert(.logDensity) }
    if withLatents { additions.insert(.latents) }
    if flags { additions.insert(.flags) }
    return additions
  }

  /// - Returns: the number of rows.
  private func predict(
    _ model: SavedModel, _ predictor: MomentumPredictor, _ given: GivenLatents?,
    to writer: TableWriter, threads: Int, _ output: Output
  ) throws -> Int {
    let reader: TableReader<Float> = reader(model, predictor, threads)
    let (rows, units) = try predict(model, predictor, given, reading: reader, output) {
      table, first, predict in
      output.status("\(Numbers.grouped(first)) rows")
      try writer.append(floats: predict(table))
      return table
    }
    try predictor.flagged.check(momentaName, units: units)
    return rows
  }

  /// What messages call the file of momenta.
  var momentaName: String { (momenta ?? "-").inputName }

  /// Predicts block by block, and says what is odd.
  ///
  /// - Parameter body: gets a block, the number of rows before it, and what predicts it; returns what
  ///   was predicted from.
  /// - Returns: the number of rows, and units that would explain them.
  func predict<Value>(
    _ model: SavedModel, _ predictor: MomentumPredictor, _ given: GivenLatents?,
    reading reader: TableReader<Value>, _ output: Output,
    _ body: (Table<Value>, Int, (Table<Float>) throws -> [Float]) throws -> Table<Float>
  ) throws -> (rows: Int, units: DataUnits?) {
    let (file, threads) = (momentaName, reader.threads)
    var (concerns, units): ([String], DataUnits?) = ([], nil)
    let report = try reader.stream(
      momenta ?? "-", rowsPerBlock: MomentumPredictor.rowsPerBlock(samples: samples)
    ) { table, first in
      let table = try body(table, first) { table in
        let z = try given?.source(first..<first + table.rows, samples: samples)
        do {
          return try predictor.predict(table, first: first, z: z ?? .prior(seed: seed))
        } catch let error as Failure where error.code == .data {
          throw error.at(file)
        }
      }
      guard first == 0 else { return }
      concerns = try Audit.concerns(
        about: table, file: file, model, predictor.flagged, threads: threads)
      units = try model.preparation.units(explaining: table, range: model.range, threads: threads)
    }
    output.clearStatus()
    try given?.checkEnd(rows: report.rowsKept, samples: samples)
    for note in report.notes + concerns + predictor.flagged.warnings(file, model, units: units) {
      output.warn(note)
    }
    return (report.rowsKept, units)
  }

  func reader<Value>(
    _ model: SavedModel, _ predictor: MomentumPredictor, _ threads: Int
  ) -> TableReader<Value> {
    var reader = TableReader<Value>(columns: predictor.momenta)
    (reader.threads, reader.badRows) = (threads, onBadRow)
    (reader.names, reader.units) = (columns, units)
    reader.molecule = model.preparation.frame.molecule
    if !model.preparation.readsCharges { reader.optional = reader.molecule.chargeColumns }
    return reader
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
    return "\((out ?? "").outputName): \(what) in "
      + "\(Numbers.fixed(seconds, digits: 1)) s, \(Numbers.grouped(rate)) rows per second"
  }
}
