import Glibc
import Machine
import Records
import Text

/// Makes sure that one process at a time writes to a folder.
///
/// The system drops the lock of a process that dies. Some network file systems have no such locks;
/// there a file says who holds the folder, and is recognized as left over if that process is gone.
package final class FolderLock {
  private let file: Int32
  /// The file that says who holds the folder, where the file system has no locks.
  private let claim: String?

  var isClaim: Bool { claim != nil }

  /// - Parameter variable: the environment, which says what job of Slurm this process is of.
  package init(_ folder: String, _ variable: (String) -> String?) throws {
    let this = Owner(variable)
    (file, claim) = try Self.take(folder, this)
    ftruncate(file, 0)
    let owner = this.line
    _ = owner.withCString { write(file, $0, strlen($0)) }
  }

  private static func take(
    _ folder: String, _ this: Owner
  ) throws -> (file: Int32, claim: String?) {
    let path = "\(folder)/lock"
    let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw Failure(
        .creation, file: folder, cause: "cannot be written to: \(SystemError.last)",
        hint: "name a folder that you may write to: --out DIR")
    }
    do {
      let calls = FileCalls.current
      var code: Int32 = 0
      repeat { code = calls.lock(file, LOCK_EX | LOCK_NB) == 0 ? 0 : errno } while code == EINTR
      if code == 0 { return (file, nil) }
      if code == EWOULDBLOCK { throw busy(folder, Owner(of: path)) }
      return (file, try claim(folder, this))
    } catch {
      close(file)
      throw error
    }
  }

  deinit {
    if let claim { unlink(claim) }
    close(file)
  }

  private static func busy(_ folder: String, _ owner: Owner?) -> Failure {
    Failure(
      "\(folder): another run is writing to this folder"
        + (owner.map { " (\($0))" } ?? ", and has just started"),
      hint: "wait for it, or name another folder with --out", code: .creation)
  }

  /// Creates the file that says who holds the folder, or takes over one whose process is gone.
  private static func claim(_ folder: String, _ this: Owner) throws -> String {
    let path = "\(folder)/lock.owner"
    if create(path, this) { return path }
    guard errno == EEXIST else {
      throw Failure(
        .creation, file: path, cause: "cannot be created: \(SystemError.last)",
        hint: "name a folder that you may write to: --out DIR")
    }
    let found = Owner(of: path)
    if let found, found.host != this.host, !found.isEarlierStart(of: this) {
      throw Failure(
        "\(folder): \(found) has it, and this file system has no locks that would say whether that "
          + "process is still there",
        hint: "if that run has ended, delete \(path)", code: .creation)
    }
    if let found, found.host == this.host, found.isAlive { throw busy(folder, found) }
    // Of several that find a dead owner at the same time, one takes its place.
    let taking = "\(path).taking"
    guard create(taking, this) else {
      throw Failure(
        "\(folder): another run is taking it over from one that has died",
        hint: "wait a moment; if no run is there, delete \(taking)", code: .creation)
    }
    defer { unlink(taking) }
    guard Owner(of: path) == found else { throw busy(folder, Owner(of: path)) }
    unlink(path)
    guard create(path, this) else { throw busy(folder, Owner(of: path)) }
    return path
  }

  /// A file that was not there, with this process in it; `errno` says why not.
  private static func create(_ path: String, _ this: Owner) -> Bool {
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644)
    guard file >= 0 else { return false }
    let line = this.line
    _ = line.withCString { write(file, $0, strlen($0)) }
    close(file)
    return true
  }
}

/// A process, as a lock names it.
private struct Owner: Hashable, CustomStringConvertible {
  let process: Int32
  let host: String
  /// When it started, in the system's ticks: numbers of processes are used again.
  let start: String
  /// The job of Slurm that it is of, and how often that was started before; nil outside of Slurm.
  let job: Job?

  struct Job: Hashable {
    let name: String
    let restarts: Int
  }

  /// This process.
  init(_ variable: (String) -> String?) {
    let job = variable("SLURM_JOB_ID").map { name in
      Job(name: name, restarts: variable("SLURM_RESTART_COUNT").flatMap { Int($0) } ?? 0)
    }
    self.init(
      process: getpid(), host: EventWriter.host, start: Self.startOfProcess(getpid()) ?? "",
      job: job)
  }

  private init(process: Int32, host: String, start: String, job: Job?) {
    (self.process, self.host, self.start, self.job) = (process, host, start, job)
  }

  /// Nil where the file says nothing that can be read.
  init?(of path: String) {
    let line = (try? Files.read(path, most: 512)) ?? []
    let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, let process = Int32(words[0]) else { return nil }
    let restarts = words.count > 4 ? Int(words[4]) : nil
    self.init(
      process: process, host: String(words[1]), start: words.count > 2 ? String(words[2]) : "",
      job: restarts.map { Job(name: String(words[3]), restarts: $0) })
  }

  var line: String {
    "\(process) \(host) \(start)" + (job.map { " \($0.name) \($0.restarts)" } ?? "") + "\n"
  }
  var description: String { "process \(process) on \(host)" }

  /// Whether Slurm has ended it, wherever it was, before it started the job of `this` once more.
  func isEarlierStart(of this: Owner) -> Bool {
    guard let job, let other = this.job else { return false }
    return job.name == other.name && job.restarts < other.restarts
  }

  /// Whether the process runs on this machine.
  var isAlive: Bool { Self.startOfProcess(process).map { $0 == start } ?? false }

  /// Field 22 of what the system says of a process; nil if there is none.
  private static func startOfProcess(_ process: Int32) -> String? {
    guard let bytes = try? Files.read("/proc/\(process)/stat", most: 4096) else { return nil }
    // The name, in parentheses, may have any characters in it.
    let text = String(decoding: bytes, as: UTF8.self)
    guard let name = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: name)...].split(separator: " ")
    return fields.count > 19 ? String(fields[19]) : nil
  }
}
