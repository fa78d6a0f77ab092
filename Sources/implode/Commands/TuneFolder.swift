import Datasets
import Foundation
import Machine
import Search
import Text
import Training

/// The folder of a search: `study.json`, `space.json5`, `journal.log`, `best.json5`, a folder for
/// each trial, and one with the locks of those that are trained.
struct TuneFolder {
  let path: String
  /// Where the journal is, and what the study is called in it.
  let storage: String
  let study: String

  private static let journal = "journal.log"

  /// What `study.json` says; the storage is relative to the folder unless it is somewhere else.
  private struct Record: Codable, Hashable {
    var study: String
    var storage: String
    var data: String
  }

  /// Of a search that is to run, here or in other processes, too.
  init(_ options: TuneOptions, _ space: SearchSpace) throws {
    path = options.out ?? ""
    if let part = Files.makeFolder(path) {
      throw Failure(
        .creation, file: part, cause: "cannot be made: \(SystemError.last)",
        hint: "name a folder that you may write to: --out DIR")
    }
    storage = options.storage ?? "\(path)/\(Self.journal)"
    study = space.study ?? path.lastPathPart
  }

  /// Of a search that is there.
  init(showing path: String, storage: String?) throws {
    guard let record = Self.record(in: path) else {
      throw Failure(
        .input, file: path, cause: "has no study.json",
        hint: "name the folder of a search: --show DIR")
    }
    (self.path, study) = (path, record.study)
    self.storage =
      storage
      ?? (record.storage.hasPrefix("/") ? record.storage : "\(path)/\(record.storage)")
  }

  private static func record(in path: String) -> Record? {
    (try? Data(contentsOf: URL(filePath: "\(path)/study.json")))
      .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
  }

  /// Writes what the search is, or sees that it is the one which is there. Nobody else does so at
  /// the same time: the journal is locked.
  func settle(_ options: TuneOptions) throws {
    let text = try Files.read(options.space ?? "")
    let file = "\(path)/space.json5"
    let record = Record(
      study: study,
      storage: options.storage == nil ? Self.journal : Files.absolute(storage),
      data: Files.absolute(options.data ?? ""))
    guard let found = Self.record(in: path) else {
      let others = (Files.entries(of: path) ?? []).filter { !$0.hasPrefix(Self.journal) }
      guard Set(others).isSubset(of: ["space.json5"]) else {
        throw Failure(
          .creation, file: path, cause: "is not empty, and has no study.json",
          hint: "name a new folder with --out, or that of a search")
      }
      try OutputFile.write(text, to: file)
      return try OutputFile.write(
        JSON.members([
          "study": .string(record.study), "storage": .string(record.storage),
          "data": .string(record.data),
        ]).description + "\n", to: "\(path)/study.json")
    }
    guard (try? Files.read(file)) == text else {
      throw Failure(
        "\(options.space ?? ""): differs from \(file), with which the search was started",
        hint: "continue with that file, or name a new folder with --out", code: .configuration)
    }
    guard found == record else {
      throw Failure(
        "\(path): was started with --data \(found.data) and the study '\(found.study)' in "
          + "\(found.storage)",
        hint: "continue with the same, or name a new folder with --out", code: .usage)
    }
  }

  /// Sees that all trials have the same rows; the first one says which.
  func check(_ data: DataIdentity) throws {
    struct Identity: Codable { var fingerprint: String }
    let file = "\(path)/data.json"
    if let bytes = try? Data(contentsOf: URL(filePath: file)),
      let found = try? JSONDecoder().decode(Identity.self, from: bytes)
    {
      guard found.fingerprint == data.fingerprint else {
        throw Failure(
          "\(data.file): has rows with fingerprint \(data.fingerprint), the other trials had "
            + "\(found.fingerprint)",
          hint: "name the file that the search was started with, or a new folder with --out")
      }
      return
    }
    try OutputFile.write(
      JSON.members([
        "fingerprint": .string(data.fingerprint), "rows": .integer(data.rows),
        "file": .string(data.file),
      ]).description + "\n", to: file)
  }

  static func name(of trial: Int) -> String { "trial-" + String(trial).padded(to: 4) }

  func run(of trial: Int) -> String { "\(path)/\(Self.name(of: trial))" }

  /// Takes a new trial for this process.
  func claim(_ trial: Int) throws -> FolderLock {
    let folder = locks(of: trial)
    if let part = Files.makeFolder(folder) {
      throw Failure(
        .creation, file: part, cause: "cannot be made: \(SystemError.last)",
        hint: "name a folder that you may write to: --out DIR")
    }
    return try FolderLock(folder, processEnvironment)
  }

  /// Takes a trial that a process of this folder has begun; nil where one still has it.
  func claim(abandoned trial: Int) -> FolderLock? {
    Files.exist(locks(of: trial)) ? try? FolderLock(locks(of: trial), processEnvironment) : nil
  }

  private func locks(of trial: Int) -> String { "\(path)/locks/\(Self.name(of: trial))" }
}
