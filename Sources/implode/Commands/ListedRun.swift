import Foundation
import Machine
import Text

/// A run, as its files tell of it.
struct ListedRun: Sendable {
  /// Where it is below the folder that was asked for.
  let name: String
  let path: String
  private(set) var record = Record()
  /// The evaluation that is shown: the latest, unless another is chosen.
  var evaluation = ListedEvaluation()
  /// All that were kept.
  private(set) var evaluations: [ListedEvaluation] = []
  /// Whether the evaluation shown is of the rows, and with the samples, that runs are sorted by.
  var isComparable = true
  /// What could not be read.
  private(set) var notes: [String] = []

  /// `run.json`, of which everything may be missing: other versions write other things.
  struct Record: Decodable, Sendable {
    var configuration, model, backend, device, started: String?
    var data: Table?
    var epochs, bestEpoch: Int?
    var bestValidationLoss, seconds: Double?
    var exitReason: String?
    var slurm: Slurm?

    struct Table: Decodable, Sendable {
      var file: String?
      var rowsKept: Int?
    }

    /// The job of Slurm that the run was last started in.
    struct Slurm: Decodable, Sendable {
      var jobId, arrayJobId, arrayTaskId, node: String?
      var restartCount: Int?

      /// As `squeue` lists it: `17`, or `16_3` for a task of an array.
      var name: String? {
        guard let arrayJobId, let arrayTaskId else { return jobId }
        return "\(arrayJobId)_\(arrayTaskId)"
      }

      var object: JSON {
        func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
        return .members([
          "job_id": text(jobId), "array_job_id": text(arrayJobId),
          "array_task_id": text(arrayTaskId), "restart_count": .optional(restartCount),
          "node": text(node),
        ])
      }
    }
  }

  init(_ path: String, name: String) {
    (self.path, self.name) = (path, name)
    record = read(Record.self, "run.json") ?? Record()
    // Opening a pipe would wait for a writer.
    if Files.isPlain("\(path)/evaluation.json") {
      evaluation = readEvaluation("evaluation.json") ?? ListedEvaluation()
    }
    let kept = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/evaluations")) ?? []
    evaluations = kept.filter { $0.hasSuffix(".json") }.sorted().compactMap {
      readEvaluation("evaluations/\($0)")
    }
    // Runs of earlier versions have kept the latest only.
    if let key = evaluation.key, !evaluations.contains(where: { $0.key == key }) {
      evaluations.append(evaluation)
    }
  }

  private mutating func readEvaluation(_ file: String) -> ListedEvaluation? {
    read(ListedEvaluation.self, file)?.withoutEmptyMetrics
  }

  private mutating func read<Content: Decodable>(_: Content.Type, _ file: String) -> Content? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    if let data = try? Data(contentsOf: URL(filePath: "\(path)/\(file)")),
      let content = try? decoder.decode(Content.self, from: data)
    {
      return content
    }
    notes.append("\(file) cannot be read")
    return nil
  }

  /// As `--json` has it.
  var object: JSON {
    func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }
    return .members([
      "name": .string(name), "path": .string(path), "configuration": text(record.configuration),
      "model": text(record.model), "data": text(record.data?.file),
      "rows": .optional(record.data?.rowsKept), "epochs": .optional(record.epochs),
      "best_epoch": .optional(record.bestEpoch),
      "best_validation_loss": .optional(record.bestValidationLoss),
      "mse_mean": .optional(evaluation.mean?.mse), "mse_single": .optional(evaluation.single?.mse),
      "resimulation_error": .optional(evaluation.mean?.resimulationError),
      "evaluation": evaluation.data == nil ? .null : evaluation.object,
      "evaluations": .array(evaluations.map(\.object)), "comparable": .bool(isComparable),
      "seconds": .optional(record.seconds), "backend": text(record.backend),
      "device": text(record.device), "started": text(record.started),
      "exit_reason": text(record.exitReason), "slurm": record.slurm?.object ?? .null,
      "notes": .array(notes.map { .string($0) }),
    ])
  }
}
