import Glibc
import Text

/// A journal and what it says, for one worker.
package final class Journal {
  private let file: JournalFile
  package private(set) var state = Replay()
  /// Who writes; each process has its own, as Optuna's do.
  private let worker =
    String(UInt64.random(in: .min ... .max), radix: 16).padded(to: 16) + "-\(getpid())"

  package var path: String { file.path }

  package init(_ file: JournalFile) throws {
    self.file = file
    try refresh()
  }

  /// Reads what others have written.
  package func refresh() throws {
    try file.read { number, line in
      do throws(Failure) { try state.apply(line) } catch {
        throw Failure(file: file.path, line: number, cause: error.message, hint: error.hint)
      }
    }
  }

  /// Appends what `body` makes of the newest state, while nobody else writes.
  package func append(_ body: (Replay) throws -> [JournalOperation]) throws {
    try file.append {
      try refresh()
      return try body(state).map { $0.line(worker: worker) }
    }
    try refresh()
  }

  package func append(_ operations: JournalOperation...) throws { try append { _ in operations } }

  /// The study of this name, made where there is none.
  package func study(named name: String) throws -> Study {
    if let study = state.study(named: name) { return study }
    try append { $0.study(named: name) == nil ? [.createStudy(name: name)] : [] }
    guard let study = state.study(named: name) else {
      throw Failure("\(file.path): has no study '\(name)'", hint: "run the command again")
    }
    return study
  }
}
