import Glibc
import Machine
import Text

/// Files that no command overwrites, even with `--force`: those of a run, and checkpoints anywhere.
enum ProtectedFiles {
  private static let names: Set = [
    "config.json5", "run.json", "metrics.csv", "evaluation.json", "log.txt", "lock", "lock.owner",
  ]
  private static let folders: Set = ["checkpoints", "tb", "report", "evaluations"]

  /// Why nothing may be written under this name; nil if something may.
  static func reason(_ path: String) -> String? {
    if let run = run(of: path) { return "belongs to the run in '\(run)'" }
    return isCheckpoint(path) ? "is a checkpoint" : nil
  }

  /// The folder of the run that a file belongs to.
  private static func run(of path: String) -> String? {
    var parts = resolved(path).split(separator: "/").map(String.init)
    guard let name = parts.popLast() else { return nil }
    if names.contains(name), isRun(parts) { return shown(parts) }
    while let folder = parts.popLast() {
      if folders.contains(folder), isRun(parts) { return shown(parts) }
    }
    return nil
  }

  private static func shown(_ parts: [String]) -> String { "/" + parts.joined(separator: "/") }

  private static func isRun(_ parts: [String]) -> Bool {
    let folder = shown(parts)
    return Files.exist("\(folder)/checkpoints")
      && ["run.json", "config.json5", "lock"].contains { Files.exist("\(folder)/\($0)") }
  }

  /// The path without links; of a file that does not exist, that of its folder and its name.
  private static func resolved(_ path: String) -> String {
    if let whole = Files.resolved(path) { return whole }
    let name = path.lastPathPart
    let folder = path.hasSuffix("/") ? path : String(path.dropLast(name.count))
    return (Files.resolved(folder.isEmpty ? "." : folder) ?? folder) + "/" + name
  }

  /// Whether a file is a checkpoint: a model of Implode that has not been exported.
  private static func isCheckpoint(_ path: String) -> Bool {
    guard let file = fopen(path, "re") else { return false }
    defer { fclose(file) }
    var start = [UInt8](repeating: 0, count: 1 << 20)
    let bytes = start[..<fread(&start, 1, start.count, file)]
    // The length of the header, and the header, which begins with the metadata.
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { return false }
    let text = String(decoding: bytes.dropFirst(8), as: UTF8.self)
    return text.contains("\"checkpoint.format\"") && !text.contains("\"positions.columns\"")
  }
}

extension OverwriteRule {
  /// The rule for the results of a command.
  ///
  /// - Parameter run: the run that it reads.
  init(of command: String, isForced: Bool, run: String? = nil, inputs: [String?] = []) {
    let model = run.map { "\($0)/checkpoints/best.safetensors" }
    self.init(
      command, isForced: isForced, inputs: (inputs + [model]).compactMap(\.self),
      protection: ProtectedFiles.reason)
  }
}
