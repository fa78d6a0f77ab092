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
  /// The starts of this run and of all times that it was resumed, the first of them first.
  private let starts: [String]
  private let time: TrainingTime

  init(
    _ options: TrainOptions, _ resolved: Resolved<RunConfiguration>, _ table: TrainingTable,
    _ place: Workplace, _ products: ProductTuning, _ directory: RunDirectory,
    _ time: TrainingTime, isResumed: Bool
  ) {
    (self.directory, configuration, self.time) = (directory, resolved.config, time)
    let earlier = isResumed ? Self.starts(in: directory.record) : []
    starts = earlier + [Date().formatted(.iso8601)]
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
      "threads": .optional(place.threads), "products": products.json, "slurm": SlurmJob.record(),
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

  /// Those that a record has; none where it cannot be read.
  private static func starts(in path: String) -> [String] {
    struct Record: Decodable {
      var started: String?
      var sessions: [String]?
    }
    let record = (try? Data(contentsOf: URL(filePath: path)))
      .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
    return record?.sessions ?? record?.started.map { [$0] } ?? []
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
      "started": .string(starts[0]), "sessions": .array(starts.map { .string($0) }),
      "seconds": .number(time.seconds), "exit_reason": .string(reason),
    ]
    let lines = (Array(members) + Array(end)).map { "  \"\($0.key)\": \($0.value)" }
    try OutputFile.write("{\n" + lines.joined(separator: ",\n") + "\n}\n", to: directory.record)
  }
}
