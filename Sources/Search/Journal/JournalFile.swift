import Glibc
import Machine
package import Text

/// A file of lines to which several processes append, on one machine or on many.
///
/// A line counts once it has its line feed. What a killed writer has left of one is ignored by
/// readers, and cut off before the next line is appended: it would make the file unreadable.
package final class JournalFile {
  package let path: String
  private let lock: JournalLock
  private let calls = FileCalls.current
  /// How many bytes, and lines, have been read.
  private var offset = 0
  private var lines = 0

  /// - Parameter grace: after which a lock that nothing happens under is taken for left over.
  package init(_ path: String, grace: Duration = .seconds(30)) throws(Failure) {
    (self.path, lock) = (path, JournalLock(path, grace: grace))
    let file = open(path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Self.cannotOpen(path) }
    close(file)
  }

  /// A journal that is there, to be looked at.
  package init(reading path: String) throws(Failure) {
    (self.path, lock) = (path, JournalLock(path, grace: .seconds(30)))
    guard access(path, R_OK) == 0 else {
      throw Failure(
        .input, file: path, cause: "cannot be read: \(SystemError.last)",
        hint: "name the journal of a study: --storage FILE")
    }
  }

  private static func cannotOpen(_ path: String) -> Failure {
    Failure(
      .creation, file: path, cause: "cannot be opened for writing: \(SystemError.last)",
      hint: "name a journal that you may write to: --storage FILE")
  }

  /// Takes each complete line that was not read yet, with its number.
  package func read(_ take: (_ number: Int, JournalValue) throws -> Void) throws {
    let bytes = try rest()
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast()
    {
      guard let value = JournalParser.read(line) else {
        throw Failure(
          file: path, line: lines + 1, cause: "\(Quotation.of(line)) is no line of a journal",
          hint: "is it a journal of Optuna? If a line is damaged, remove it")
      }
      try take(lines + 1, value)
      (offset, lines) = (offset + line.count + 1, lines + 1)
    }
  }

  /// What is behind the lines that were read.
  private func rest() throws(Failure) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw unreadable() }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw unreadable() }
    guard status.st_size >= offset else {
      throw Failure(
        file: path, cause: "has become shorter: it had \(offset) bytes, now \(status.st_size)",
        hint: "nobody but Implode and Optuna may write to a journal; run the command again")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size) - offset)
    var count = 0
    while count < bytes.count {
      let (start, left) = (offset + count, bytes.count - count)
      let got = bytes.withUnsafeMutableBytes { buffer in
        pread(file, buffer.baseAddress.map { $0 + count }, left, start)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw unreadable() }
      if got == 0 { break }
      count += got
    }
    return Array(bytes.prefix(count))
  }

  private func unreadable() -> Failure {
    Failure(
      .input, file: path, cause: "cannot be read: \(SystemError.last)",
      hint: "name a journal that you may read: --storage FILE")
  }

  /// Does `body` while nobody else writes; then appends the lines that it returns.
  ///
  /// - Parameter body: reads all that there is first.
  package func append(_ body: () throws -> [String]) throws {
    try lock.acquire()
    defer { lock.release() }
    let text = try body().map { $0 + "\n" }.joined()
    if text.isEmpty { return }
    let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
    guard file >= 0 else { throw Self.cannotOpen(path) }
    defer { close(file) }
    // Behind the lines that were read there is nothing but part of one.
    guard ftruncate(file, offset) == 0 else { throw unwritable() }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { buffer in
        buffer.baseAddress.map { calls.write(file, $0, buffer.count) } ?? 0
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let failure = unwritable()
        ftruncate(file, offset)
        throw failure
      }
      bytes = bytes.dropFirst(count)
    }
    guard calls.fsync(file) == 0 else { throw unwritable() }
  }

  private func unwritable() -> Failure {
    Failure(
      .output, file: path, cause: "cannot be written: \(SystemError.last)",
      hint: "make room, and run the command again")
  }
}
