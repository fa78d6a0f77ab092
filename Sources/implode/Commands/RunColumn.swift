import Machine
import Text

/// A column of the table of runs; the table can be sorted by any of them.
enum RunColumn: String, CLIChoice {
  case run, model, data, rows, best, epochs, loss, mse
  case sampleMSE = "sample-mse"
  case momentumError = "p-error"
  case evaluated, split, samples
  case time, device, exit, job, started

  static let list = allCases.map(\.rawValue).joined(separator: ", ")

  /// The columns that a table of runs shows: all but the start, by which it is sorted by default, and
  /// the batch job where no run has one.
  static func shown(for runs: [ListedRun]) -> [RunColumn] {
    allCases.filter { $0 != .started && ($0 != .job || runs.contains { $0.record.slurm != nil }) }
  }

  /// The columns that are omitted where the table is too wide, the first of them first.
  static let dispensable: [RunColumn] = [
    .sampleMSE, .rows, .device, .epochs, .data, .time, .job, .exit, .loss, .best, .momentumError,
    .model,
  ]

  /// Whether it is of an evaluation: a number that says nothing without the rows it is of.
  var isMetric: Bool { [.mse, .sampleMSE, .momentumError].contains(self) }

  var column: TextTable.Column {
    switch self {
    case .run, .model, .data, .device, .exit, .job, .started, .evaluated, .split: .text(rawValue)
    case .rows, .best, .epochs, .loss, .mse, .sampleMSE, .momentumError, .time, .samples:
      .number(rawValue)
    }
  }

  /// The number in a numeric column; nil where the files of the run do not have it.
  func number(of run: ListedRun) -> Double? {
    switch self {
    case .rows: run.record.data?.rowsKept.map(Double.init)
    case .best: run.record.bestEpoch.map(Double.init)
    case .epochs: run.record.epochs.map(Double.init)
    case .loss: run.record.bestValidationLoss
    case .mse: run.evaluation.mean?.mse
    case .sampleMSE: run.evaluation.single?.mse
    case .momentumError: run.evaluation.mean?.resimulationError
    case .time: run.record.seconds
    case .samples: (run.evaluation.requestedSamples ?? run.evaluation.samples).map(Double.init)
    case .run, .model, .data, .device, .exit, .job, .started, .evaluated, .split: nil
    }
  }

  /// The text in a text column; nil where the files of the run do not have it.
  func text(of run: ListedRun) -> String? {
    switch self {
    case .run: run.name
    // The user's own configuration is shown as its file name.
    case .model: run.record.configuration.map(\.lastPathPart) ?? run.record.model
    case .data: run.record.data?.file.map(\.lastPathPart)
    case .device: run.record.backend == "cpu" ? "cpu" : run.record.device
    // The exit reason of a failed run is "failed: MESSAGE".
    case .exit: run.record.exitReason.map { String($0.prefix { $0 != ":" }) }
    case .job: run.record.slurm?.name
    case .started: run.record.started
    case .evaluated: run.evaluation.data?.file.map(\.lastPathPart)
    case .split: run.evaluation.split
    case .rows, .best, .epochs, .loss, .mse, .sampleMSE, .momentumError, .time, .samples: nil
    }
  }

  /// The cell as the table shows it.
  func cell(of run: ListedRun) -> String {
    if let text = text(of: run) { return Self.cut(text, keepsEnd: self == .run) }
    guard let number = number(of: run) else { return "-" }
    switch self {
    case .rows, .best, .epochs, .samples:
      return Int(exactly: number).map(Numbers.grouped) ?? "\(number)"
    case .time: return Self.duration(number)
    default: return Numbers.significant(number, digits: 3)
    }
  }

  private static func cut(_ text: String, keepsEnd: Bool) -> String {
    let most = 18
    let plain = String(text.map { $0.isNewline || $0 == "\u{1B}" ? "?" : $0 })
    guard plain.count > most else { return plain }
    return keepsEnd ? "…" + plain.suffix(most - 1) : plain.prefix(most - 1) + "…"
  }

  /// `45 s`, `12 min`, `3.5 h`.
  private static func duration(_ seconds: Double) -> String {
    if seconds < 100 { return Numbers.fixed(seconds, digits: 0) + " s" }
    if seconds < 6000 { return Numbers.fixed(seconds / 60, digits: 0) + " min" }
    return Numbers.fixed(seconds / 3600, digits: 1) + " h"
  }
}
