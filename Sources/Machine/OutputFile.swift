import Glibc
package import Text

/// A file that appears under its name when it is complete; until then it has another.
///
/// What is no file, such as a pipe, is written to as it is; so is standard output, for `-`.
package final class OutputFile {
  private let path: String
  /// The name until the file is complete; nil where that is not for us to choose.
  private let temporary: String?
  private let descriptor: Int32
  private let calls = FileCalls.current
  /// Whether the descriptor is ours to close, and whether the file has its name.
  private var isOpen = true
  private var isComplete = false

  package init(_ path: String) throws(Failure) {
    let isStandardOutput = path == "-"
    self.path = isStandardOutput ? "standard output" : path
    temporary = isStandardOutput || Self.isSpecial(path) ? nil : "\(path).\(getpid()).tmp"
    descriptor =
      temporary.map { open($0, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644) }
      ?? (isStandardOutput
        ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_WRONLY | O_CLOEXEC))
    guard descriptor >= 0 else {
      (isOpen, isComplete) = (false, true)
      throw Failure(
        .creation, file: self.path, cause: "cannot be created: \(SystemError.last)",
        hint: "name a file in a folder that exists and that you may write to")
    }
  }

  deinit { if !isComplete { discard() } }

  /// Writes a whole file.
  package static func write(
    _ bytes: [UInt8], to path: String, previous: String? = nil
  ) throws(Failure) {
    let file = try OutputFile(path)
    try file.write(bytes)
    try file.close(previous: previous)
  }

  package static func write(_ text: String, to path: String) throws(Failure) {
    try write(Array(text.utf8), to: path)
  }

  /// Whether what was written can be written again; pipes cannot.
  package var canSeek: Bool { temporary != nil }

  package func write(_ bytes: [UInt8]) throws(Failure) {
    let code = bytes.withUnsafeBytes { send($0) }
    if code != 0 { throw failure(code) }
  }

  package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    let code = send(bytes)
    if code != 0 { throw failure(code) }
  }

  /// Writes over what is at `offset`, and goes back to the end.
  package func overwrite(_ bytes: [UInt8], at offset: Int) throws(Failure) {
    guard lseek(descriptor, offset, SEEK_SET) >= 0 else { throw failure(errno) }
    try write(bytes)
    guard lseek(descriptor, 0, SEEK_END) >= 0 else { throw failure(errno) }
  }

  /// Gives the file its name, once its bytes are on the disk.
  ///
  /// - Parameter previous: A name under which the file stays that had this one's name until now.
  package func close(previous: String? = nil) throws(Failure) {
    guard let temporary else { return try closeDescriptor() }
    guard calls.fsync(descriptor) == 0 else { throw failure(errno) }
    try closeDescriptor()
    if let previous {
      // At no moment is there neither: the old file has two names until the new one takes one.
      unlink(previous)
      link(path, previous)
    }
    guard calls.rename(temporary, path) == 0 else { throw failure(errno) }
    isComplete = true
    syncFolder()
  }

  private func closeDescriptor() throws(Failure) {
    // Whatever close says, the number may be another file's from now on.
    isOpen = false
    if calls.close(descriptor) != 0 { throw failure(errno) }
    isComplete = temporary == nil
  }

  /// Lets the new name itself outlive a loss of power, where the file system can.
  private func syncFolder() {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? "."
    let descriptor = open(folder, O_DIRECTORY | O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Glibc.close(descriptor)
  }

  /// Whether there is something at `path` that is no plain file.
  private static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  /// Sends all bytes; the error number, or 0.
  private func send(_ bytes: UnsafeRawBufferPointer) -> Int32 {
    var sent = 0
    while sent < bytes.count, let base = bytes.baseAddress {
      let count = calls.write(descriptor, base + sent, bytes.count - sent)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return errno }
      sent += count
    }
    return 0
  }

  private func failure(_ code: Int32) -> Failure {
    discard()
    return Failure(
      .output, file: path, cause: "cannot be written: \(SystemError(code: code))",
      hint: (temporary == nil ? "see what takes it" : "nothing was left behind; make room")
        + ", or name another place, and run the command again")
  }

  private func discard() {
    if isOpen { Glibc.close(descriptor) }
    if let temporary { unlink(temporary) }
    (isOpen, isComplete) = (false, true)
  }
}
