import Configuration
import Datasets
import Engine
import Foundation
import Machine
import Models
import Physics
import Training
import Text

/// `config.json5` and `run.json` of a run: what it was, and how it ended.
struct RunRecord {
  private let directory: RunDirectory
  private let configuration: RunConfiguration
  private let members: [JSON.Member]
  private let start = Date()

  init(
    _ options: TrainOptions, _ resolved: Resolved<RunConfiguration>, _ table: TrainingTable,
    _ place: Workplace, _ products: ProductTuning, _ directory: RunDirectory
  ) {
    (self.directory, configuration) = (directory, resolved.config)
    members = [
      JSON.Member(key: "version", value: .string(Implode.version)),
      JSON.Member(
        key: "command", value: .array(CommandLine.arguments.dropFirst().map { .string($0) })),
      JSON.Member(key: "configuration", value: .string(options.config ?? "")),
      JSON.Member(key: "molecule", value: .string(configuration.molecule.name)),
      JSON.Member(key: "model", value: .string(configuration.kind.choiceName)),
      // A seed beyond 2^53 would lose digits as a JSON number in most readers.
      JSON.Member(key: "seed", value: .string(String(configuration.seed))),
      JSON.Member(
        key: "precision", value: .string(configuration.trainingSettings.precision.choiceName)),
      JSON.Member(key: "backend", value: .string(place.backend.rawValue)),
      JSON.Member(key: "device", value: .string(place.name)),
      JSON.Member(key: "threads", value: .optional(place.threads)),
      JSON.Member(key: "products", value: products.json),
      JSON.Member(
        key: "data",
        value: .members([
          "file": .string(table.model.data.file),
          "fingerprint": .string(table.model.data.fingerprint),
          "rows_kept": .integer(table.report.rowsKept),
          "rows_dropped": .integer(table.report.rowsDropped),
          "training": .integer(table.split.training.count),
          "validation": .integer(table.split.validation.count),
          "test": .integer(table.split.test.count),
        ])),
      JSON.Member(key: "sources", value: Self.sources(resolved)),
    ]
  }

  /// Where each value of config.json5 comes from.
  private static func sources(_ resolved: Resolved<RunConfiguration>) -> JSON {
    .object(
      RunConfiguration.table.table(of: resolved.config).keys.map { key in
        let source = resolved.source(of: key.name)
        let words = [source.kind, source.place].compactMap(\.self)
        return JSON.Member(key: key.name, value: .string(words.joined(separator: " ")))
      })
  }

  func writeConfiguration() throws {
    let text = RunConfiguration.table.table(of: configuration).text(of: configuration)
    try OutputFile.write(
      "// All keys of this run, as \(Implode.version) had them.\n" + text,
      to: directory.configuration)
  }

  /// - Parameters:
  ///   - reason: why the run is not going on: finished, stopped, failed; or that it is.
  ///   - trainer: what has come of it.
  func write(reason: String, _ trainer: Trainer? = nil) throws {
    let stopping = trainer?.state.stopping
    let end = [
      JSON.Member(key: "epochs", value: .optional(trainer?.epochs)),
      JSON.Member(key: "best_epoch", value: .optional(stopping?.bestEpoch)),
      JSON.Member(key: "best_validation_loss", value: .optional(stopping?.best)),
      JSON.Member(key: "started", value: .string(start.formatted(.iso8601))),
      JSON.Member(key: "seconds", value: .number(-start.timeIntervalSinceNow)),
      JSON.Member(key: "exit_reason", value: .string(reason)),
    ]
    let lines = (members + end).map { "  \"\($0.key)\": \($0.value)" }
    try OutputFile.write("{\n" + lines.joined(separator: ",\n") + "\n}\n", to: directory.record)
  }
}
