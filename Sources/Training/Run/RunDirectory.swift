import Datasets
import Glibc
import Records

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
    let entries = Self.entries(of: path) ?? []
    if !(entries.isEmpty || start == .resumed || start == .again && entries.contains("lock")) {
      throw DataError(
        .cannotCreate, file: path, cause: "is not empty",
        hint: "name a new folder with --out, or go on with the run in it: --resume auto")
    }
    for folder in ["checkpoints", "tb"] { try Self.make("\(path)/\(folder)") }
    lock = open("\(path)/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw DataError(
        .cannotCreate, file: path, cause: "cannot be written to: \(Self.cause)",
        hint: "name a folder that you may write to: --out DIR")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      throw TrainingError(
        .inUse, "\(path): another run is writing to this folder (\(Self.owner(of: path)))",
        hint: "wait for it, or name another folder with --out")
    }
    ftruncate(lock, 0)
    let owner = "\(getpid()) \(Self.host)\n"
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
    var parent = ""
    for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
      parent += part
      if !parent.isEmpty, mkdir(parent, 0o755) != 0, errno != EEXIST {
        throw cannotMake(parent)
      }
      parent += "/"
    }
  }

  private static func cannotMake(_ folder: String) -> DataError {
    DataError(
      .cannotCreate, file: folder, cause: "cannot be made: \(cause)",
      hint: "name a folder that you may write to: --out DIR")
  }

  private static func entries(of path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Files that a run which was killed has not finished.
  private func removeLeftovers() {
    // In containers processes have the same number again and again, and so have their leftovers.
    for folder in [path, "\(path)/checkpoints"] {
      for name in Self.entries(of: folder) ?? [] where name.hasSuffix(".tmp") {
        unlink("\(folder)/\(name)")
      }
    }
    unlink("\(path)/checkpoints/trial")
  }

  /// Fails now, not after hours of training, where checkpoints cannot be written.
  private func tryOut() throws(DataError) {
    let file = try OutputFile("\(path)/checkpoints/trial")
    try file.write([UInt8](repeating: 0, count: 4096))
    try file.close()
    unlink("\(path)/checkpoints/trial")
  }

  private static func owner(of path: String) -> String {
    guard let file = fopen("\(path)/lock", "r") else { return "unknown" }
    defer { fclose(file) }
    var line = [UInt8](repeating: 0, count: 256)
    let count = fread(&line, 1, line.count, file)
    let words = String(decoding: line[..<count], as: UTF8.self).split(
      whereSeparator: \.isWhitespace)
    return words.count == 2 ? "process \(words[0]) on \(words[1])" : "unknown"
  }

  private static var cause: String { String(cString: strerror(errno)) }

  private static var host: String {
    EventWriter.host
  }
}
