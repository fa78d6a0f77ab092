import Configuration
import Glibc
import Records
import Training

/// Where a run stopped, and what it goes on with.
struct RunResume {
  let folder: String
  let model: SavedModel
  let state: TrainerState

  /// - Returns: nil where there is nothing to resume: the run is a new one.
  init?(_ options: TrainOptions, configuration: SystemConfiguration) throws {
    guard let resume = options.resume else { return nil }
    let path = resume == "auto" ? options.out ?? "" : resume
    let isFile = path.hasSuffix(".safetensors")
    let files =
      isFile
      ? [path]
      : ["last", "last.prev"].map { "\(path)/checkpoints/\($0).safetensors" }
    let present = files.filter { access($0, F_OK) == 0 }
    if present.isEmpty {
      if resume == "auto" { return nil }
      throw Failure(
        "\(path): there is no checkpoint", hint: "name a run's folder or one of its checkpoints",
        code: .input)
    }
    var found: (SavedModel, TrainerState)?
    var problems: [String] = []
    for file in present where found == nil {
      do { found = try Self.read(file) } catch { problems.append(Failure(error).message) }
    }
    guard let found else {
      throw Failure(
        problems.first ?? "\(path): no checkpoint can be read",
        hint: "start anew with another --out; what is in \(path) stays as it is", code: .data)
    }
    (model, state) = found
    folder = options.out ?? (isFile ? Self.folder(of: path) : path)
    if options.config != nil { try check(configuration) }
  }

  private static func read(_ file: String) throws -> (SavedModel, TrainerState) {
    let file = try SafetensorsFile(contentsOf: file, trust: .sealed)
    return (try SavedModel(file), try TrainerState(file))
  }

  private static func folder(of file: String) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
  }

  /// Epochs whose metrics are to be kept.
  var epochs: Int { state.pastEpochs + state.current.epoch }

  /// A run goes on with the configuration that it began with.
  private func check(_ configuration: SystemConfiguration) throws {
    let table = SystemConfiguration.table
    for key in table.keys where key.literal(configuration) != key.literal(model.configuration) {
      throw Failure(
        "the run in \(folder) has \(key.name): \(key.literal(model.configuration)), "
          + "the configuration now \(key.literal(configuration))",
        hint: "resume with what the run was started with: \(folder)/config.json5",
        code: .configuration)
    }
  }

  /// A run goes on with the rows that it began with.
  func check(_ data: TrainingTable) throws {
    guard data.identity.fingerprint == model.data.fingerprint else {
      throw Failure(
        "\(data.identity.file): has \(data.identity.rows) rows of fingerprint "
          + "\(data.identity.fingerprint), the run was started with \(model.data.rows) rows of "
          + "\(model.data.fingerprint)",
        hint: "name the file that the run was started with, or start a new run", code: .data)
    }
  }
}
