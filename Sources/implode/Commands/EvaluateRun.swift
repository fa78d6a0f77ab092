import Datasets
import Engine
import Evaluation
import Glibc
import Machine
import Physics
import Reporting
import Training
import Text

extension EvaluateOptions {
  func run(_ output: Output) throws {
    let result = try evaluated(output, exact: exact ? .required : .no)
    if json {
      try output.print(result.record.json.description)
    } else {
      // What is printed last is what a terminal shows.
      try output.print(result.tables.sheets.reversed())
    }
    for remark in result.remarks(file: data) { output.show(remark) }
    try result.check()
  }

  /// What an evaluation needs, and what came of it.
  struct Outcome {
    let model: SavedModel
    let evaluation: Evaluation
    /// What the rows are called.
    let split: String
    let data: DataIdentity
    let seed: UInt64
    let seconds: Double
    let place: Workplace
    let threads: Int
    let requestedSamples: Int
    /// What is odd about the table as a whole, a line each.
    let concerns: [String]
    /// Units of momenta that would make the energies those of training, if there are such.
    let fittingUnits: DataUnits?
    /// Why the samples were not compared with exact geometries; nil where that was not wanted.
    let whyNotExact: String?
    var file: String { data.file }

    var record: EvaluationRecord {
      EvaluationRecord(
        evaluation, split: split, data: data, seed: seed, version: Implode.version,
        seconds: seconds, requestedSamples: requestedSamples)
    }

    /// Who may read a run may evaluate it.
    func store(in folder: String, _ output: Output) {
      do throws(Failure) { try record.write(to: folder) } catch {
        output.warn("\(error.message): the evaluation is not stored")
      }
    }

    var tables: EvaluationTables { EvaluationTables(evaluation, split: split) }
  }

  /// Evaluates the run, and keeps the result in its folder.
  func evaluated(_ output: Output, exact wish: ExactWish = .no) throws -> Outcome {
    let clock = ContinuousClock.now
    let folder = folder ?? ""
    let model = try SavedModel(of: folder)
    let place = try Workplace.choose(backend, device: device, threads: threads)
    let threads = threads ?? CPU.threads
    output.status("reading")
    let table = try table(model, threads: threads, output)
    let (rows, part) = try rows(of: table, model, threads: threads, output)
    let file = data ?? model.data.file
    var evaluation: Evaluation
    do {
      evaluation = try Evaluation(
        model, on: table, rows: rows, settings: settings, device: place.device,
        explosions: try place.explosions(of: model.preparation.frame.molecule), threads: threads,
        progress: output.status)
    } catch let error as Failure where error.code == .data {
      throw error.at(file)
    }
    let whyNotExact = try compareExactly(
      &evaluation, wish, file: file, threads: threads, output)
    output.status("comparing with the training rows")
    evaluation.isTrainingData = table.fingerprint == model.data.fingerprint
    evaluation.usedInTraining = try usedRows(rows, of: table, model, threads: threads)
    let units = try model.preparation.units(
      explaining: table, range: model.range, threads: threads)
    let concerns = try Audit.concerns(
      about: table, file: file, model, evaluation.flagged, threads: threads)
    output.clearStatus()
    let seconds = (ContinuousClock.now - clock).seconds
    let result = Outcome(
      model: model, evaluation: evaluation, split: part,
      data: DataIdentity(
        file: file, fingerprint: table.fingerprint, rows: table.rows),
      seed: seed, seconds: seconds, place: place, threads: threads, requestedSamples: samples,
      concerns: concerns, fittingUnits: units, whyNotExact: whyNotExact)
    // The evaluation of a run is that of its best model.
    if !Files.isPlain(folder) { result.store(in: folder, output) }
    return result
  }

  private var settings: EvaluationSettings {
    var settings = EvaluationSettings()
    (settings.samples, settings.seed, settings.examples) = (samples, seed, examples)
    settings.origin = origin
    (settings.posteriorRows, settings.posteriorSamples) = (calibrationRows, calibrationSamples)
    return settings
  }

  private func table(
    _ model: SavedModel, threads: Int, _ output: Output
  ) throws -> Table<Float> {
    let reader = reader(for: model, threads: threads)
    if data == nil, model.data.file.lastPathPart == "-" {
      throw Failure(
        "the run was trained on the standard input, which cannot be read again",
        hint: "name the data with --data FILE", code: .input)
    }
    if data == nil, access(model.data.file, F_OK) != 0 {
      throw Failure(
        "\(model.data.file): the training data do not exist",
        hint: "run the command in the folder of the training, or name a file with --data",
        code: .input)
    }
    let reading = try reader.read(data ?? model.data.file)
    for note in reading.report.notes { output.warn(note) }
    return reading.table
  }

  /// The rows to evaluate, and what to call them: of the run's own table a part, of any other all.
  private func rows(
    of table: Table<Float>, _ model: SavedModel, threads: Int, _ output: Output
  ) throws -> (evaluated: [UInt32], name: String) {
    guard table.fingerprint == model.data.fingerprint else {
      guard data != nil else {
        // Which rows were learned from, the run knows only of the table that it had.
        throw Failure(
          "\(model.data.file): has fingerprint \(table.fingerprint), but had "
            + "\(model.data.fingerprint) when the model was trained",
          hint: "name the training data, or other rows, with --data",
          code: .data)
      }
      guard split == nil else {
        throw Failure(
          "\(data ?? ""): --split applies to the training data only",
          hint: "omit it: all rows of the file are evaluated", code: .usage)
      }
      return ((0..<UInt32(table.rows)).map { $0 }, "all")
    }
    let own = try self.split(of: table, model, threads: threads)
    if own.test.isEmpty {
      guard split != .test else {
        throw Failure(
          "the run has no test rows: its data.split is \(model.configuration.data.split)",
          hint: "evaluate the validation rows with --split validation, or other rows with --data",
          code: .usage)
      }
      if split == nil {
        output.warn(
          "the run has no test rows: evaluated on the validation rows, by which its best epoch was "
            + "chosen")
      }
    }
    let split = split ?? (own.test.isEmpty ? .validation : .test)
    switch split {
    case .train: return (own.training, split.rawValue)
    case .validation: return (own.validation, split.rawValue)
    case .test: return (own.test, split.rawValue)
    }
  }
}

extension Output {
  /// Prints tables below each other, with a line between them.
  func print(_ sheets: [Sheet]) throws(Failure) {
    for (index, sheet) in sheets.enumerated() {
      if index > 0 { try print("") }
      try print(sheet.title)
      try print(sheet.table.text(width: terminal.tableWidth))
      if let remark = sheet.remark {
        try print(Help.fill(remark, width: terminal.width).joined(separator: "\n"))
      }
    }
  }

  func show(_ remark: EvaluateOptions.Remark) {
    switch remark {
    case .warning(let text): warn(text)
    case .note(let text): note(text)
    }
  }
}
