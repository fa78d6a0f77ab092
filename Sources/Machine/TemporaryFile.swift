import CMachine
import Glibc
import Text

/// A file under a name of its own, beside the file whose name it takes when it is complete.
///
/// Nobody takes it for a leftover as long as this lives: it is locked. A signal that ends the
/// process removes it.
package final class TemporaryFile {
  package let path: String
  /// Holds the lock.
  private let descriptor: Int32
  private let entry: Int32
  private let calls = FileCalls.current
  private var isThere = true

  /// An empty file beside `path`.
  package init(for path: String) throws(SystemError) {
    for _ in 0..<16 {
      let name = Self.name(for: path)
      // First noted, then made: a signal may come in between.
      let entry = machine_note_file(name)
      let file = open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o644)
      if file >= 0, Self.lock(file, calls) {
        (self.path, descriptor, self.entry) = (name, file, entry)
        Self.mark(name, file)
        return
      }
      let code = errno
      machine_forget_file(entry)
      if file >= 0 { close(file) } else if code != EEXIST { throw SystemError(code: code) }
    }
    throw SystemError(code: EEXIST)
  }

  deinit { remove() }

  /// Another descriptor of the same file, which leaves it locked when it is closed.
  package func opened() -> Int32 { fcntl(descriptor, F_DUPFD_CLOEXEC, 0) }

  /// Gives the file another name; false if that fails, and `errno` says why.
  package func rename(to path: String) -> Bool {
    guard calls.rename(self.path, path) == 0 else { return false }
    release()
    return true
  }

  package func remove() {
    guard isThere else { return }
    unlink(path)
    release()
  }

  private func release() {
    isThere = false
    machine_forget_file(entry)
    close(descriptor)
  }

  /// Locks a new file, unless it has been taken for a leftover before that.
  private static func lock(_ file: Int32, _ calls: FileCalls) -> Bool {
    // Where there are no locks, nobody takes one and removes the file.
    if calls.lock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK { return false }
    var status = stat()
    return fstat(file, &status) == 0 && status.st_nlink > 0
  }

  /// Says that the file is one of these, and not somebody's own that has such a name.
  private static func mark(_ path: String, _ file: Int32) {
    var status = stat()
    guard fstat(file, &status) == 0 else { return }
    // File systems without marks keep what killed processes leave.
    _ = machine_set_mark(path, "temporary \(status.st_ino)")
  }

  /// Whether the mark is that of a temporary file, or of a complete one without its name yet.
  private static func isMarked(_ path: String, _ status: stat) -> Bool {
    // A copy of a file has another number.
    Files.mark(of: path)?.split(separator: " ").last.map(String.init) == "\(status.st_ino)"
  }

  private static let digits = 16

  /// `out.csv.implode-0123456789abcdef.tmp` for `out.csv`.
  private static func name(for path: String) -> String {
    let ending = String(UInt64.random(in: .min ... .max), radix: 16).padded(to: digits)
    var stem = path
    // A name can have 255 bytes.
    while stem.utf8.reversed().prefix(while: { $0 != UInt8(ascii: "/") }).count > 220 {
      stem.removeLast()
    }
    return "\(stem).implode-\(ending).tmp"
  }

  /// The name that a temporary file will have; nil for any other file.
  package static func finalName(of name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 2, parts.last == "tmp", let middle = parts.dropLast().last,
      middle.hasPrefix("implode-"), middle.count == 8 + digits,
      middle.dropFirst(8).allSatisfy({ "0123456789abcdef".contains($0) })
    else { return nil }
    return parts.dropLast(2).joined(separator: ".")
  }

  /// Removes the files in a folder that processes have left which no longer are.
  package static func removeLeftovers(in folder: String) {
    for name in Files.entries(of: folder) ?? [] where finalName(of: name) != nil {
      removeIfDead("\(folder)/\(name)")
    }
  }

  private static func removeIfDead(_ path: String) {
    let file = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), isMarked(path, status),
      FileCalls.current.lock(file, LOCK_EX | LOCK_NB) == 0
    else { return }
    unlink(path)
  }
}
