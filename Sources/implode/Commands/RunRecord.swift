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
  private let members: KeyValuePairs<String, JSON>
  private let start = Date()
  private let time: TrainingTime

  init(
    _ options: TrainOptions, _ resolved: Resolved<RunConfiguration>, _ table: TrainingTable,
    _ place: Workplace, _ products: ProductTuning, _ directory: RunDirectory,
    _ time: TrainingTime
  ) {
    (self.directory, configuration, self.time) = (directory, resolved.config, time)
    members = [
      "version": .string(Implode.version),
      "command": .array(CommandLine.arguments.dropFirst().map { .string($0) }),
      "configuration": .string(options.config ?? ""),
      "molecule": .string(configuration.molecule.name),
      "model": .string(configuration.kind.choiceName),
      // A seed beyond 2^53 would lose digits as a JSON number in most readers.
      "seed": .string(String(configuration.seed)),
      "precision": .string(configuration.trainingSettings.precision.choiceName),
      "backend": .string(place.backend.rawValue), "device": .string(place.name),
      "threads": .optional(place.threads), "products": products.json,
      "data": .members([
        "file": .string(table.model.data.file),
        "fingerprint": .string(table.model.data.fingerprint),
        "columns": Self.named(table.model.data.names.description),
        "units": Self.named(table.model.data.units.description),
        "rows_kept": .integer(table.report.rowsKept),
        "rows_dropped": .integer(table.report.rowsDropped),
        "training": .integer(table.split.training.count),
        "validation": .integer(table.split.validation.count),
        "test": .integer(table.split.test.count),
      ]), "sources": Self.sources(resolved),
    ]
  }

  /// Null for what was not said.
  private static func named(_ text: String) -> JSON { text.isEmpty ? .null : .string(text) }

  /// Where each value of config.json5 comes from.
  private static func sources(_ resolved: Resolved<RunConfiguration>) -> JSON {
    .object(
      RunConfiguration.table.table(of: resolved.config).keys.map { key in
        let source = resolved.source(of: key.name)
        let words = [source.kind, source.place].compactMap(\.self)
        return JSON.Member(key.name, .string(words.joined(separator: " ")))
      })
  }

  func writeConfiguration() throws {
    let text = RunConfiguration.table.table(of: configuration).text(of: configuration)
    try OutputFile.write(
      "// All keys of this run, as \(Implode.version) had them.\n" + text,
      to: directory.configuration)
  }

  /// - Parameters:
  ///   - reason: why the run is not going on: finished, time limit, stopped, failed; or that it is.
  ///   - trainer: what has come of it.
  func write(reason: String, _ trainer: Trainer? = nil) throws {
    let stopping = trainer?.state.stopping
    let end: KeyValuePairs<String, JSON> = [
      "epochs": .optional(trainer?.epochs), "best_epoch": .optional(stopping?.bestEpoch),
      "best_validation_loss": .optional(stopping?.best),
      "started": .string(start.formatted(.iso8601)),
      "seconds": .number(time.seconds), "exit_reason": .string(reason),
    ]
    let lines = (Array(members) + Array(end)).map { "  \"\($0.key)\": \($0.value)" }
    try OutputFile.write("{\n" + lines.joined(separator: ",\n") + "\n}\n", to: directory.record)
  }
}
