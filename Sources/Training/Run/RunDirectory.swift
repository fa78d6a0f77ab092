import Datasets
import Glibc
import Machine
import Records
import Text

/// The folder of one run, which nobody else writes to as long as this lives.
package final class RunDirectory {
  package let path: String
  private let lock: FolderLock
  /// Whether the file system has no locks, so that a file stands for one.
  package var isClaimed: Bool { lock.isClaim }

  /// Makes the folder, or takes one that is there.
  ///
  /// What a run wants of its folder.
  package enum Start: Sendable {
    /// Nothing must be in it.
    case new
    /// A run that ended before its first checkpoint may be in it, to be overwritten.
    case again
    /// The run that goes on is in it.
    case resumed
  }

  /// - Parameter variable: the environment.
  package init(
    _ path: String, _ start: Start = .new,
    _ variable: (String) -> String? = processEnvironment
  ) throws {
    self.path = path
    let entries = Files.entries(of: path) ?? []
    if !(entries.isEmpty || start == .resumed || start == .again && entries.contains("lock")) {
      throw Failure(
        .creation, file: path, cause: "is not empty",
        hint: "name a new folder with --out, or go on with the run in it: --resume auto")
    }
    // First the lock, by which a start that got no further is known for one.
    try Self.make(path)
    lock = try FolderLock(path, variable)
    for folder in ["checkpoints", "tb"] { try Self.make("\(path)/\(folder)") }
    if start == .again, let file = [last, previous, best].first(where: Files.exist) {
      throw Failure(
        "\(file): is there already, and would be overwritten",
        hint: "run the command again to continue from it, or name a new folder with --out",
        code: .creation)
    }
    removeLeftovers()
    try tryOut()
  }

  /// Puts the checkpoint before the last in the place of a last one that cannot be read.
  ///
  /// Otherwise the next checkpoint would make the damaged file the previous one, and delete the
  /// only one that is whole before it is there itself.
  package func setAside(damaged file: String) {
    guard file == last else { return }
    rename(last, "\(path)/checkpoints/last.damaged.safetensors")
    rename(previous, last)
  }

  package var best: String { "\(path)/checkpoints/best.safetensors" }
  package var last: String { "\(path)/checkpoints/last.safetensors" }
  package var previous: String { "\(path)/checkpoints/last.prev.safetensors" }
  package var metrics: String { "\(path)/metrics.csv" }
  package var events: String { "\(path)/tb" }
  package var configuration: String { "\(path)/config.json5" }
  package var record: String { "\(path)/run.json" }

  /// Makes a folder that did not exist: `runs/cvae-1`, `runs/cvae-2` …
  ///
  /// Of runs that start at the same time, each gets its own.
  package static func makeFree(_ stem: String) throws -> String {
    if let slash = stem.lastIndex(of: "/") { try make(String(stem[..<slash])) }
    var number = 1
    while mkdir("\(stem)-\(number)", 0o755) != 0 {
      guard errno == EEXIST else { throw cannotMake("\(stem)-\(number)") }
      number += 1
    }
    return "\(stem)-\(number)"
  }

  private static func make(_ folder: String) throws {
    if let part = Files.makeFolder(folder) { throw cannotMake(part) }
  }

  private static func cannotMake(_ folder: String) -> Failure {
    Failure(
      .creation, file: folder, cause: "cannot be made: \(SystemError.last)",
      hint: "name a folder that you may write to: --out DIR")
  }

  /// Files that a run which was killed has not finished.
  private func removeLeftovers() {
    for folder in [path, "\(path)/checkpoints"] {
      TemporaryFile.removeLeftovers(in: folder)
      for name in Files.entries(of: folder) ?? [] where Self.isOldTemporary(name) {
        unlink("\(folder)/\(name)")
      }
    }
    unlink("\(path)/checkpoints/trial")
  }

  /// Whether an earlier version named its temporary files like this: `run.json.123.tmp`; or whether
  /// it is the second name of a checkpoint.
  private static func isOldTemporary(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    guard parts.last == "tmp", let middle = parts.dropLast().last else { return false }
    return middle.allSatisfy(\.isNumber) || name.hasSuffix(".safetensors.tmp")
  }

  /// Fails now, not after hours of training, where checkpoints cannot be written.
  private func tryOut() throws {
    let trial = "\(path)/checkpoints/trial"
    try OutputFile.write([UInt8](repeating: 0, count: 4096), to: trial)
    unlink(trial)
  }
}
