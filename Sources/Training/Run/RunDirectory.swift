import Datasets
import Glibc
import Machine
import Records
import Text

/// The folder of one run, which nobody else writes to as long as this lives.
package final class RunDirectory {
  package let path: String
  private let lock: Int32

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

  package init(_ path: String, _ start: Start = .new) throws {
    self.path = path
    let entries = Files.entries(of: path) ?? []
    if !(entries.isEmpty || start == .resumed || start == .again && entries.contains("lock")) {
      throw Failure(
        .creation, file: path, cause: "is not empty",
        hint: "name a new folder with --out, or go on with the run in it: --resume auto")
    }
    for folder in ["checkpoints", "tb"] { try Self.make("\(path)/\(folder)") }
    lock = open("\(path)/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw Failure(
        .creation, file: path, cause: "cannot be written to: \(SystemError.last)",
        hint: "name a folder that you may write to: --out DIR")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw Failure(
        "\(path): another run is writing to this folder (\(Self.owner(of: path)))",
        hint: "wait for it, or name another folder with --out", code: .creation)
    }
    ftruncate(lock, 0)
    let owner = "\(getpid()) \(EventWriter.host)\n"
    _ = owner.withCString { write(lock, $0, strlen($0)) }
    removeLeftovers()
    try tryOut()
  }

  deinit { close(lock) }

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
    // In containers processes often have the same number, so leftover files can have it too.
    for folder in [path, "\(path)/checkpoints"] {
      for name in Files.entries(of: folder) ?? [] where name.hasSuffix(".tmp") {
        unlink("\(folder)/\(name)")
      }
    }
    unlink("\(path)/checkpoints/trial")
  }

  /// Fails now, not after hours of training, where checkpoints cannot be written.
  private func tryOut() throws {
    let trial = "\(path)/checkpoints/trial"
    try OutputFile.write([UInt8](repeating: 0, count: 4096), to: trial)
    unlink(trial)
  }

  private static func owner(of path: String) -> String {
    let line = (try? Files.read("\(path)/lock", most: 256)) ?? []
    let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    return words.count == 2 ? "process \(words[0]) on \(words[1])" : "unknown"
  }
}
