import Glibc
package import Text

/// A file that appears under its name when it is complete; until then it has another.
///
/// What is no file, such as a pipe, is written to as it is; so is standard output, for `-`.
package final class OutputFile {
  /// As the user wrote it.
  private let path: String
  /// Where the file is, behind links.
  private let target: String
  private let rule: OverwriteRule?
  /// The file until it is complete; nil where that is not for us to choose.
  private let temporary: TemporaryFile?
  private let descriptor: Int32
  private let calls = FileCalls.current
  /// Whether the descriptor is ours to close, and whether the file has its name.
  private var isOpen = true
  private var isComplete = false

  /// - Parameter rule: says which files may be overwritten; nil for any.
  package init(_ path: String, rule: OverwriteRule? = nil) throws(Failure) {
    let isStandardOutput = path == "-"
    self.path = path.outputName
    (target, self.rule) = (Self.target(of: path), rule)
    try rule?.check(path)
    guard !isStandardOutput, !Self.isSpecial(path) else {
      temporary = nil
      descriptor =
        isStandardOutput
        ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_WRONLY | O_CLOEXEC)
      if descriptor < 0 {
        isOpen = false
        throw Self.cannotCreate(self.path, .last)
      }
      return
    }
    if rule != nil { TemporaryFile.removeLeftovers(in: Self.folder(of: target)) }
    do {
      let file = try TemporaryFile(for: target)
      (temporary, descriptor) = (file, file.opened())
    } catch {
      (temporary, descriptor, isOpen) = (nil, -1, false)
      throw Self.cannotCreate(path, error)
    }
  }

  deinit { if !isComplete { discard() } }

  /// Writes a whole file.
  package static func write(
    _ bytes: [UInt8], to path: String, previous: String? = nil, rule: OverwriteRule? = nil
  ) throws(Failure) {
    let file = try OutputFile(path, rule: rule)
    try file.write(bytes)
    try file.close(previous: previous)
  }

  package static func write(
    _ text: String, to path: String, rule: OverwriteRule? = nil
  ) throws(Failure) {
    try write(Array(text.utf8), to: path, rule: rule)
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
      keep(as: previous)
    }
    if let rule {
      // The work may have taken hours.
      do { try rule.check(path) } catch {
        discard()
        throw error
      }
      rule.mark(temporary.path)
    }
    guard temporary.rename(to: target) else { throw failure(errno) }
    isComplete = true
    syncFolder()
  }

  /// Keeps the file that has had the name until now under another.
  private func keep(as previous: String) {
    // At no moment is there neither: the old file has two names until the new one takes one.
    let second = "\(previous).tmp"
    unlink(second)
    if calls.link(path, second) == 0 {
      rename(second, previous)
      // It is still there where the two are names of one file.
      unlink(second)
    } else if errno != ENOENT {
      // File systems without second names; for a moment only the previous one is there.
      rename(path, previous)
    }
  }

  private func closeDescriptor() throws(Failure) {
    // Whatever close says, the number may be another file's from now on.
    isOpen = false
    if calls.close(descriptor) != 0 { throw failure(errno) }
    isComplete = temporary == nil
  }

  /// Lets the new name itself outlive a loss of power, where the file system can.
  private func syncFolder() {
    let descriptor = open(Self.folder(of: target), O_DIRECTORY | O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    Glibc.close(descriptor)
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? "."
  }

  /// Throws if there is less room for a file at `path` than it needs at least.
  package static func checkRoom(for bytes: Int, at path: String) throws(Failure) {
    var status = statvfs()
    guard path != "-", !isSpecial(path), statvfs(folder(of: target(of: path)), &status) == 0 else {
      return
    }
    let room = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    guard !room.overflow, room.partialValue < bytes else { return }
    throw Failure(
      .output, file: path,
      cause: "needs at least \(Numbers.memory(bytes)), and there are "
        + "\(Numbers.memory(room.partialValue)) free",
      hint: "make room, or name another place")
  }

  /// Where the file is that `path` is a link to: a link stays what it is.
  private static func target(of path: String) -> String {
    var status = stat()
    let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    return isLink ? Files.resolved(path) ?? path : path
  }

  private static func cannotCreate(_ path: String, _ error: SystemError) -> Failure {
    Failure(
      .creation, file: path, cause: "cannot be created: \(error)",
      hint: "name a file in a folder that exists and that you may write to")
  }

  /// Whether there is something at `path` that is no plain file.
  private static func isSpecial(_ path: String) -> Bool {
    Files.exist(path) && !Files.isPlain(path)
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
    // Whoever stops reading, such as `head`, has what it wants.
    if code == EPIPE, temporary == nil { return .unread(path) }
    return Failure(
      .output, file: path, cause: "cannot be written: \(SystemError(code: code))",
      hint: (temporary == nil
        ? "see what takes it" : "what was written of it is removed; make room")
        + ", or name another place, and run the command again")
  }

  private func discard() {
    if isOpen { Glibc.close(descriptor) }
    temporary?.remove()
    (isOpen, isComplete) = (false, true)
  }
}
