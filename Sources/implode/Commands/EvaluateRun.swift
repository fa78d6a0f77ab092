import Datasets
import Engine
import Evaluation
import Physics
import Training
import Typesetting

extension EvaluateOptions {
  func run(_ output: Output) throws {
    let clock = ContinuousClock.now
    let folder = folder ?? ""
    let model = try FinishedRun.model(in: folder)
    let place = try Workplace.choose(backend, device: device, threads: threads)
    let threads = threads ?? availableThreads()
    output.status("reading")
    let table = try table(model, threads: threads)
    let (rows, training, part) = try rows(of: table, model, threads: threads)
    output.status("drawing \(samples) of each of \(Numbers.grouped(rows.count)) rows")
    let evaluation = try Evaluation(
      model, on: table, rows: rows, training: training, samples: samples, seed: seed,
      device: place.device, threads: threads)
    output.clearStatus()
    let time = (ContinuousClock.now - clock).components
    let report = EvaluationReport(
      evaluation, split: part,
      seconds: Double(time.seconds) + Double(time.attoseconds) * 1e-18)
    try report.print(to: output, json: json)
    let file = try OutputFile("\(folder)/evaluation.json")
    try file.write(Array((report.object.description + "\n").utf8))
    try file.close()
  }

  private func table(_ model: SavedModel, threads: Int) throws -> Table<Float> {
    let molecule = model.preparation.frame.molecule
    var reader = TableReader<Float>(
      columns: molecule.positionColumns + molecule.momentumColumns)
    reader.threads = threads
    return try reader.read(data ?? model.data.file).table
  }

  /// The rows to judge, those whose mean is the trivial prediction, and what to call the first.
  ///
  /// Of the run's own table a part; of any other all rows.
  private func rows(
    of table: Table<Float>, _ model: SavedModel, threads: Int
  ) throws -> (judged: [UInt32], training: [UInt32], name: String) {
    guard table.fingerprint == model.data.fingerprint else {
      guard data != nil else {
        // Which rows were learned from, the run knows only of the table that it had.
        throw Failure(
          "\(model.data.file): has fingerprint \(table.fingerprint) now, and had "
            + "\(model.data.fingerprint) when the run learned from it",
          hint: "name the file that the run was trained on, or other rows, with --data",
          code: .data)
      }
      let all = (0..<UInt32(table.rows)).map { $0 }
      return (all, all, "all")
    }
    let parts = model.configuration.data.split
    let own = try Split(
      rows: table.rows, fractions: Split.Fractions(parts[0], parts[1], parts[2]),
      seed: model.configuration.seed, threads: threads)
    switch split {
    case .train: return (own.training, own.training, split.rawValue)
    case .validation: return (own.validation, own.training, split.rawValue)
    case .test: return (own.test, own.training, split.rawValue)
    }
  }
}
