import Configuration
import Datasets
import Foundation
import Machine
import Text
import Training

/// `implode train --fast-dev-run`: one step of everything, with the first rows of the data.
///
/// Every stage is what the command of its name does, in a folder that is removed afterwards.
struct FastDevRun {
  private let options: TrainOptions
  private let output: Output

  init(_ options: TrainOptions, _ output: Output) {
    (self.options, self.output) = (options, output)
  }

  func run() throws {
    let resolved = try options.resolve(nil)
    for warning in resolved.warnings { output.warn(warning) }
    StopFlag.install()
    let folder = try WorkFolder(options.out)
    let (data, run) = ("\(folder.path)/data.npz", "\(folder.path)/run")
    var (warnings, remarks): ([String], [String]) = ([], [])
    // Warnings of one stage are repeated by the next; and what a model of one step predicts is odd,
    // which is no news.
    let silent = Output(output.terminal) { text in
      remarks.append(text.replacing(data, with: options.data ?? ""))
    }
    let quiet = Output(output.terminal) { text in
      let text = text.replacing(data, with: options.data ?? "")
      if !warnings.contains(text), !remarks.contains(text) { warnings.append(text) }
    }
    let evaluation = evaluation(of: run)
    let stages: [(name: String, body: () throws -> Void)] = [
      ("data", { try FirstRows(options, resolved.config).write(to: data, quiet) }),
      ("training", { try TrainRun(training(on: data, run, resolved.config), quiet).run() }),
      ("evaluation", { try evaluation.run(silent) }),
      ("report", { try evaluation.report(quiet) }),
      ("prediction", { try prediction(of: run, data, "\(folder.path)/positions.csv").run(silent) }),
      ("export", { try Self.export(of: run, "\(folder.path)/model.onnx").run(quiet) }),
    ]
    for stage in stages { try pass(stage.name, data: data, stage.body) }
    for warning in warnings { output.warn(warning) }
    try output.print(
      "all stages work"
        + (folder.isTemporary ? "; nothing was kept" : "; their files are in \(folder.path)"))
  }

  /// Does one stage, and prints how long it took.
  private func pass(_ name: String, data: String, _ body: () throws -> Void) throws {
    let clock = ContinuousClock.now
    output.status(name)
    do { try body() } catch {
      let failure = Failure(error)
      if StopFlag.caught != nil { throw Self.stopped }
      output.note("\(name) failed")
      throw Failure(
        failure.message.replacing(data, with: options.data ?? ""),
        hint: failure.hint.replacing(data, with: options.data ?? ""), details: failure.details,
        code: failure.code)
    }
    if StopFlag.caught != nil { throw Self.stopped }
    let seconds = Numbers.fixed((ContinuousClock.now - clock).seconds, digits: 2)
    try output.print("\(name.padding(toLength: 12, withPad: " ", startingAt: 0))\(seconds) s")
  }

  private static let stopped = Failure(
    "stopped by a signal", hint: "run the command again", code: .stopped)

  private func training(
    on data: String, _ run: String, _ configuration: RunConfiguration
  ) -> TrainOptions {
    var training = options
    (training.data, training.out, training.fastDevRun) = (data, run, false)
    (training.progress, training.tuneSeconds) = (.none, 0)
    // The rows are copied as they were understood.
    (training.columns, training.units, training.onBadRow) = (.init(), .init(), nil)
    let changes = ["training.epochs": "1", "training.maxMinutes": "0"]
    training.assignments.removeAll { changes[$0.name] != nil }
    training.assignments += changes.sorted { $0.key < $1.key }.map { Assignment($0.key, $0.value) }
    return training
  }

  /// With few samples: how good the model is does not matter.
  private func evaluation(of run: String) -> EvaluateOptions {
    var evaluation = EvaluateOptions()
    (evaluation.folder, evaluation.samples) = (run, 2)
    (evaluation.calibrationRows, evaluation.calibrationSamples) = (20, 8)
    (evaluation.backend, evaluation.device, evaluation.threads) =
      (options.backend, options.device, options.threads)
    return evaluation
  }

  private func prediction(of run: String, _ data: String, _ file: String) -> PredictOptions {
    var prediction = PredictOptions()
    (prediction.folder, prediction.momenta, prediction.out) = (run, data, file)
    (prediction.backend, prediction.device, prediction.threads) =
      (options.backend, options.device, options.threads)
    return prediction
  }

  private static func export(of run: String, _ file: String) -> ExportOptions {
    var export = ExportOptions()
    // An ensemble is exported network by network.
    let network = EnsembleRun.network(1, of: run)
    (export.folder, export.out) = (Files.exist(network) ? network : run, file)
    return export
  }
}
