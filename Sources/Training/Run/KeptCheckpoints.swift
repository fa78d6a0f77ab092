import Glibc
import Machine
import Text

/// `checkpoints/epoch-0012.safetensors` and others: a file for each epoch that is kept.
///
/// They are written before the checkpoint that counts on them, and removed after the one that does
/// not any more. The best is another name of `best.safetensors`.
struct KeptCheckpoints {
  private let directory: RunDirectory
  /// The losses of the epochs whose files are there: one trained again after a setback has another.
  private var losses: [Int: Double] = [:]

  /// - Parameters:
  ///   - state: that a run goes on from.
  ///   - source: the folder of that run, where it is another one.
  init(_ directory: RunDirectory, resuming state: TrainerState?, from source: String?) {
    self.directory = directory
    for entry in state.map(Self.entries) ?? [] {
      let file = directory.epoch(entry.epoch)
      if let source, !Files.exist(file) {
        Self.copy(RunDirectory.epoch(entry.epoch, of: source), file)
      }
      // That of the best is linked after the checkpoint, and may be of an earlier attempt.
      if entry.parameters.isEmpty, Files.exist(file) { losses[entry.epoch] = entry.loss }
    }
  }

  /// Epochs that the state needs, or the one that it may go back to.
  private static func entries(of state: TrainerState) -> [KeptEpochs.Entry] {
    state.current.kept.entries + (state.good?.kept.entries ?? [])
  }

  /// Writes the files that are not there yet, but for that of the best epoch.
  mutating func write(
    _ state: TrainerState, _ bytes: (KeptEpochs.Entry) throws -> [UInt8]?
  ) throws {
    for entry in Self.entries(of: state)
    where losses[entry.epoch] != entry.loss && entry.epoch != state.current.stopping.bestEpoch {
      guard let bytes = try bytes(entry) else { continue }
      try OutputFile.write(bytes, to: directory.epoch(entry.epoch))
      losses[entry.epoch] = entry.loss
    }
  }

  /// Gives the best epoch its file, and removes those that nothing needs any more.
  mutating func finish(_ state: TrainerState) {
    if let best = state.current.kept.entries.first {
      Self.copy(directory.best, directory.epoch(best.epoch))
      losses[best.epoch] = best.loss
    }
    let needed = Set(Self.entries(of: state).map { RunDirectory.epoch($0.epoch) })
    let folder = "\(directory.path)/checkpoints"
    for name in Files.entries(of: folder) ?? []
    where RunDirectory.isEpoch(name) && !needed.contains(name) {
      unlink("\(folder)/\(name)")
    }
    let epochs = Set(Self.entries(of: state).map(\.epoch))
    losses = losses.filter { epochs.contains($0.key) }
  }

  /// Another name for a file, or a copy where the file system has no second names.
  private static func copy(_ file: String, _ name: String) {
    let second = "\(name).tmp"
    unlink(second)
    if FileCalls.current.link(file, second) == 0 {
      rename(second, name)
      // It is still there where the two are names of one file.
      unlink(second)
    } else if let bytes = try? Files.read(file) {
      try? OutputFile.write(bytes, to: name)
    }
  }
}

extension RunDirectory {
  /// `checkpoints/epoch-0012.safetensors`
  func epoch(_ number: Int) -> String { Self.epoch(number, of: path) }

  static func epoch(_ number: Int, of folder: String) -> String {
    "\(folder)/checkpoints/\(epoch(number))"
  }

  static func epoch(_ number: Int) -> String {
    "epoch-\(String(number).padded(to: 4)).safetensors"
  }

  static func isEpoch(_ name: String) -> Bool {
    let number = name.dropFirst("epoch-".count).prefix { $0.isNumber }
    return Int(number).map { epoch($0) == name } ?? false
  }
}
