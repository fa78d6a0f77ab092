import Configuration
import Datasets
import Engine
import Glibc
import Machine
import Records
import Text
import Training

/// Where a run stopped, and what it goes on with.
struct RunResume {
  /// The checkpoint that was read.
  let file: String
  let model: SavedModel
  let state: TrainerState
  /// The kernels of matrix products that the run began with.
  let products: ProductTuning
  /// The run that it is of, if it lies in one.
  let source: String?
  /// Where the run goes on.
  private let out: String
  /// The run's own folder, which nobody else writes to from before its checkpoint was read.
  private let own: RunDirectory?
  /// Newer checkpoints that cannot be read: which, and why.
  private let skipped: [(file: String, problem: String)]

  /// - Parameter writes: whether the run goes on, rather than being looked at.
  /// - Returns: nil where there is nothing to resume: the run is a new one.
  init?(_ options: TrainOptions, writes: Bool) throws {
    guard let resume = options.resume else { return nil }
    let path = resume == "auto" ? options.out ?? "" : resume
    let isFile = path.hasSuffix(".safetensors")
    let files =
      isFile
      ? [path] : ["last", "last.prev"].map { "\(path)/checkpoints/\($0).safetensors" }
    let present = files.filter(Files.exist)
    if present.isEmpty {
      let best = "\(path)/checkpoints/best.safetensors"
      if Files.exist(best) {
        throw Failure(
          "\(path): has \(best), but no last.safetensors to continue from",
          hint: "start a new run with another --out; the best model can be used as it is",
          code: .input)
      }
      if resume == "auto" { return nil }
      throw Failure(
        "\(path): has no checkpoint", hint: "name a run's folder or one of its checkpoints",
        code: .input)
    }
    source = isFile ? Self.folder(of: path) : path
    guard let out = options.out ?? source else {
      throw Failure(
        "\(path): is not in the folder of a run", hint: "name the folder to continue in: --out DIR",
        code: .usage)
    }
    self.out = out
    let isOwn = source.map { Files.resolved($0) == Files.resolved(out) } ?? false
    // Another process may be saving newer states until the folder is this one's.
    own = try writes && isOwn ? RunDirectory(out, .resumed) : nil
    (file, model, state, products, skipped) = try Self.newest(of: present, path)
  }

  /// The first of some checkpoints that can be read, and why those before it cannot.
  private static func newest(
    of files: [String], _ path: String
  ) throws -> (String, SavedModel, TrainerState, ProductTuning, [(file: String, problem: String)]) {
    var skipped: [(file: String, problem: String)] = []
    for file in files {
      do {
        let (model, state, products) = try read(file)
        return (file, model, state, products, skipped)
      } catch { skipped.append((file, Failure(error).message)) }
    }
    throw Failure(
      skipped.first?.problem ?? "\(path): no checkpoint can be read",
      hint: "start a new run with another --out; \(path) is not changed",
      details: skipped.dropFirst().map(\.problem), code: .data)
  }

  private static func read(
    _ file: String
  ) throws -> (SavedModel, TrainerState, ProductTuning) {
    let content = try SafetensorsFile(contentsOf: file, trust: .sealed)
    guard let products = ProductTuning(notes: content.metadata) else {
      throw Failure(
        "\(file): names kernels of matrix products that this version does not know",
        hint: "continue with the version that the run was started with", code: .data)
    }
    return (try SavedModel(content), try TrainerState(content), products)
  }

  /// `runs/a` for `runs/a/checkpoints/last.safetensors`.
  private static func folder(of file: String) -> String? {
    guard let resolved = Files.resolved(file) else { return nil }
    let parts = resolved.split(separator: "/").dropLast()
    return parts.last == "checkpoints" ? "/" + parts.dropLast().joined(separator: "/") : nil
  }

  /// The folder to go on in; the run's own, or a new one.
  func directory() throws -> RunDirectory {
    guard let own else { return try RunDirectory(out, .new) }
    for (file, _) in skipped { own.setAside(damaged: file) }
    return own
  }

  func warn(_ output: Output) {
    for (_, problem) in skipped { output.warn("\(problem); it is ignored") }
    if !skipped.isEmpty { output.warn("continuing from \(file)") }
  }

  /// Epochs whose metrics are to be kept, and the file that has them.
  var epochs: Int { state.pastEpochs + state.current.epoch }
  var metrics: String? { source.map { "\($0)/metrics.csv" } }

  /// How long the run has trained, as its record says; not at all where there is none.
  var seconds: Double {
    source.flatMap { ListedRun($0, name: "").record.seconds } ?? 0
  }

  /// What the run was started with, for a command that names no configuration.
  func configuration() throws -> ConfigurationFile {
    try ConfigurationFile(Array(model.configuration.text.utf8), path: file)
  }

  /// Keys that say how long a run goes on, not what it learns.
  static let changeable = [
    "training.epochs", "training.patience", "training.maxMinutes", "checkpoint.everyMinutes",
    "checkpoint.keep",
  ]

  /// A run goes on with the configuration that it began with.
  func check(_ configuration: RunConfiguration) throws {
    for key in RunConfiguration.table.table(of: model.configuration).keys
    where key.literal(configuration) != key.literal(model.configuration) {
      if Self.changeable.contains(key.name) { continue }
      throw Failure(
        "the run of \(file) has \(key.name): \(key.literal(model.configuration)), "
          + "the configuration now \(key.literal(configuration))",
        hint: "resume with what the run was started with, its config.json5; only "
          + Self.changeable.joined(separator: ", ") + " may change",
        code: .configuration)
    }
  }

  /// A run goes on with the rows that it began with.
  func check(_ data: DataIdentity) throws {
    guard data.fingerprint == model.data.fingerprint else {
      if data.units != model.data.units {
        let (now, then) = (data.units.description, model.data.units.description)
        throw Failure(
          "\(data.file): is read with --units \(now), and the run was started "
            + (then.isEmpty ? "without it" : "with --units \(then)"),
          hint: "omit --units: a resumed run reads its data as it did then", code: .data)
      }
      throw Failure(
        "\(data.file): has \(data.rows) rows with fingerprint \(data.fingerprint), the run was "
          + "started with \(model.data.rows) rows with fingerprint \(model.data.fingerprint)",
        hint: "name the file that the run was started with, or start a new run", code: .data)
    }
  }
}
