import Foundation
import Glibc
import Machine
import Text

/// Results on the standard output, messages on the standard error.
final class Output {
  let terminal: Terminal
  private var hasStatus = false
  /// Nobody reads the results any more: `implode devices | head -1`.
  private var isClosed = false
  /// Where all lines are kept as well, with the time; −1 for nowhere.
  private var log: Int32 = -1
  /// Takes warnings, and nothing else is shown; nil where all goes to the streams.
  private let listener: ((String) -> Void)?
  /// What lines of messages are about, where several things tell of themselves.
  private let subject: String

  /// - Parameter listener: takes warnings in place of the streams, which then get nothing at all.
  init(_ terminal: Terminal, about subject: String = "", listener: ((String) -> Void)? = nil) {
    (self.terminal, self.subject, self.listener) = (terminal, subject, listener)
  }

  deinit { if log >= 0 { close(log) } }

  /// From now on appends all lines to a file, too. A file that cannot be written is no failure.
  func keepLog(_ path: String) {
    log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  }

  private func keep(_ text: String) {
    guard log >= 0 else { return }
    let time = Date().formatted(.iso8601)
    _ = Self.write("\(time)  \(text)\n", to: log)
  }

  /// Prints a line, or several, of results.
  func print(_ text: String) throws(Failure) {
    clearStatus()
    keep(text)
    if isClosed || listener != nil { return }
    let code = Self.write(text + "\n", to: STDOUT_FILENO)
    if code == EPIPE {
      isClosed = true
    } else if code != 0 {
      throw Failure(
        "cannot write the results: \(SystemError(code: code))",
        hint: "free disk space, or redirect standard output", code: .output)
    }
  }

  /// Prints a line about a file that was written, unless the file is where lines are printed to.
  func print(_ text: String, about file: String) throws(Failure) {
    if Self.isStandardOutput(file) { note(text) } else { try print(text) }
  }

  /// Whether `path` is `-`, or another name of what the standard output goes to.
  private static func isStandardOutput(_ path: String) -> Bool {
    var (file, results) = (stat(), stat())
    guard path != "-", stat(path, &file) == 0, fstat(STDOUT_FILENO, &results) == 0 else {
      return path == "-"
    }
    return file.st_dev == results.st_dev && file.st_ino == results.st_ino
      && file.st_mode & S_IFMT != S_IFREG
  }

  /// Tells how work goes on, a line at a time.
  func note(_ text: String) { message("", "", text) }

  func warn(_ text: String) {
    listener?(text)
    message("warning: ", "33", text)
  }

  /// Tells of the failure that ends the program.
  func report(_ failure: Failure) {
    message("error: ", "1;31", failure.message)
    for line in failure.details { message("", "", "  " + line) }
    message("hint: ", "1", failure.hint)
  }

  /// Shows what is going on until the next line is printed, where that can be taken back.
  func status(_ text: String) {
    guard terminal.canRedraw, listener == nil else { return }
    let shown = text.prefix(max(1, min(terminal.tableWidth, 80) - 1))
    _ = Self.write("\r\u{1B}[K\(shown)", to: STDERR_FILENO)
    hasStatus = true
  }

  func clearStatus() {
    if hasStatus { _ = Self.write("\r\u{1B}[K", to: STDERR_FILENO) }
    hasStatus = false
  }

  private func message(_ label: String, _ color: String, _ text: String) {
    clearStatus()
    // What it quotes must not break the line, or speak to the terminal.
    let text = Quotation.printable(subject + text)
    keep(label + text)
    if listener != nil { return }
    let hasColor = terminal.hasColors && !label.isEmpty
    let shown = hasColor ? "\u{1B}[\(color)m\(label)\u{1B}[0m" : label
    _ = Self.write("\(shown)\(text)\n", to: STDERR_FILENO)
  }

  /// - Returns: 0, or the error that stopped the writing.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
