import Datasets
import Engine
import Evaluation
import Physics
import Glibc
import Records
import Training

/// `implode evaluate`: a trained system, judged on rows that it has not seen.
let evaluate = Command<EvaluateOptions>(
  name: "evaluate", about: "judges a trained system in original units",
  examples: [
    Example("runs/default-1", "on the test rows of the run's own data"),
    Example("runs/default-1 --data fresh.csv --samples 64", "on all rows of another file"),
  ],
  notes: [
    "Predictions see momenta alone. z comes from what training has shown, never from positions of "
      + "the rows that are judged."
  ],
  initial: EvaluateOptions(), keys: EvaluateOptions.keys, operands: "RUN",
  positional: { (options, operand) throws(UsageError) in
    guard options.folder == nil else {
      throw UsageError(message: "unexpected argument '\(operand)'", hint: "name one run")
    }
    options.folder = operand
  },
  validate: { (options) throws(UsageError) in
    if options.folder == nil {
      throw UsageError(message: "no RUN", hint: "name a run's folder, such as runs/default-1")
    }
  },
  run: { try $0.run($1) })

enum SplitPart: String, CLIChoice {
  case train, validation, test
}

/// The options of `implode evaluate`.
struct EvaluateOptions: Sendable {
  var folder: String?
  var data: String?
  var split = SplitPart.test
  var samples = 16
  var seed: UInt64 = 1
  var backend = Backend.auto
  var device: Int?
  var threads: Int?
  var json = false

  static let keys: [Key<EvaluateOptions>] = [
    Key("data", \.data, placeholder: "FILE", "other rows, all of them; else the run's own"),
    Key("split", \.split, "which of the run's own rows"),
    Key("samples", \.samples, check: { $0 > 0 ? nil : "must be at least 1" }, "draws of each row"),
    Key("seed", \.seed, "what the draws follow from"),
    Key("backend", \.backend, env: "IMPLODE_BACKEND", "what computes"),
    Key("device", \.device, env: "IMPLODE_DEVICE", "the number of an OpenCL device"),
    Key(
      "threads", \.threads, env: "IMPLODE_THREADS",
      check: { $0.map { (1...1024).contains($0) } ?? true ? nil : "must be from 1 to 1024" },
      "else one for each processor"),
    Key("json", \.json, "for programs"),
  ]

  func run(_ output: Output) throws {
    let clock = ContinuousClock.now
    let path = "\(folder ?? "")/checkpoints/best.safetensors"
    guard access(path, F_OK) == 0 else {
      throw Failure(
        "\(folder ?? ""): there is no checkpoints/best.safetensors",
        hint: "name the folder of a run that has been trained", code: .input)
    }
    let model = try SavedModel(SafetensorsFile(contentsOf: path))
    let place = try Workplace.choose(backend, device: device, threads: threads)
    let threads = threads ?? availableThreads()
    output.status("reading")
    let molecule = model.preparation.frame.molecule
    var reader = TableReader<Float>(
      columns: molecule.positionColumns + molecule.momentumColumns)
    reader.threads = threads
    let table = try reader.read(data ?? model.data.file).table
    let isOwn = table.fingerprint == model.data.fingerprint
    guard isOwn || data != nil else {
      // Which rows were learned from, the run knows only of the table that it had.
      throw Failure(
        "\(model.data.file): has fingerprint \(table.fingerprint) now, and had "
          + "\(model.data.fingerprint) when the run learned from it",
        hint: "name the file that the run was trained on, or other rows, with --data", code: .data)
    }
    let parts = model.configuration.data.split
    let own = try Split(
      rows: isOwn ? table.rows : max(3, table.rows),
      fractions: Split.Fractions(parts[0], parts[1], parts[2]),
      seed: model.configuration.seed, threads: threads)
    let all = (0..<UInt32(table.rows)).map { $0 }
    let rows = isOwn ? self.rows(of: own) : all
    output.status("drawing \(samples) of each of \(Numbers.grouped(rows.count)) rows")
    let evaluation = try Evaluation(
      model, on: table, rows: rows, training: isOwn ? own.training : all, samples: samples,
      seed: seed, device: place.device, threads: threads)
    output.clearStatus()
    let seconds = (ContinuousClock.now - clock).components
    try EvaluationReport(
      evaluation, split: isOwn ? split.rawValue : "all",
      seconds: Double(seconds.seconds) + Double(seconds.attoseconds) * 1e-18
    ).print(to: output, json: json)
  }

  private func rows(of own: Split) -> [UInt32] {
    switch split {
    case .train: own.training
    case .validation: own.validation
    case .test: own.test
    }
  }
}

/// An evaluation as a table, or as JSON.
struct EvaluationReport {
  private let evaluation: Evaluation
  private let split: String
  private let seconds: Double

  init(_ evaluation: Evaluation, split: String, seconds: Double) {
    (self.evaluation, self.split, self.seconds) = (evaluation, split, seconds)
  }

  func print(to output: Output, json: Bool) throws {
    if json { return try output.print(object.description) }
    var table = TextTable([
      .text(""), .number("one draw"), .number("mean of \(evaluation.samples)"),
      .number("trivial"),
    ])
    for (name, value) in Self.lines {
      table.append(
        [name]
          + [evaluation.single, evaluation.mean, evaluation.trivial].map { metrics in
            value(metrics).map { Numbers.significant($0, digits: 4) } ?? "-"
          })
    }
    try output.print("\(split): \(Numbers.grouped(evaluation.rows)) rows")
    try output.print(table.text(width: output.terminal.tableWidth))
    if evaluation.single.notFinite > 0 {
      output.warn("\(evaluation.single.notFinite) predictions are not finite")
    }
  }

  private static let lines: [(String, @Sendable (PositionMetrics) -> Double?)] = [
    ("MSE, bohr²", { $0.mse }), ("MAE, bohr", { $0.mae }), ("MRE, %", { $0.mrePercent }),
    ("median RE, %", { $0.medianMREPercent }), ("MRE², %", { $0.mre2Percent }),
    ("|KE − PE|/KE", { $0.energyDiff1 }), ("((KE − PE)/KE)²", { $0.energyDiff2 }),
    ("re-simulated momenta, median", { $0.resimulationError }),
    ("C–O, bohr", { $0.bonds.first }), ("C–S, bohr", { $0.bonds.dropFirst().first }),
    ("O–C–S, degrees", { $0.angle }), ("largest error, bohr", { $0.worst }),
  ]

  private var object: JSON {
    .members([
      "split": .string(split), "rows": .integer(evaluation.rows),
      "samples": .integer(evaluation.samples), "single": Self.json(evaluation.single),
      "mean": Self.json(evaluation.mean), "trivial": Self.json(evaluation.trivial),
      "per_coordinate": .object(
        evaluation.mean.columns.map { column in
          JSON.Member(
            key: column.name,
            value: .members([
              "mse": .number(column.mse), "mae": .number(column.mae),
              "mre_percent": .number(column.mrePercent),
            ]))
        }), "seconds": .number(seconds),
    ])
  }

  private static func json(_ metrics: PositionMetrics) -> JSON {
    .members([
      "mse": .number(metrics.mse), "mae": .number(metrics.mae),
      "mre_percent": .number(metrics.mrePercent),
      "mre_median_percent": .number(metrics.medianMREPercent),
      "mre2_percent": .number(metrics.mre2Percent), "energy_diff1": .number(metrics.energyDiff1),
      "energy_diff2": .number(metrics.energyDiff2),
      "resimulation_error": .optional(metrics.resimulationError),
      "bond_co": .optional(metrics.bonds.first),
      "bond_cs": .optional(metrics.bonds.dropFirst().first),
      "angle_ocs": .optional(metrics.angle), "not_finite": .integer(metrics.notFinite),
    ])
  }
}
