import Glibc
package import Text

/// A regular file, a stream such as a pipe, standard input for `-`, or bytes that are already here,
/// read from front to back.
///
/// It is read, not mapped: a file that shrinks while it is mapped ends the program, one that
/// shrinks while it is read is noticed.
package final class InputFile {
  package let path: String
  private let descriptor: Int32
  private let size: Int
  private let modified: timespec
  /// Whether it can be read only once, and has no size.
  private let isStream: Bool
  /// What is read instead of a file.
  private let memory: [UInt8]?
  private var position = 0

  /// Bytes that messages call `name`.
  package init(bytes: [UInt8], name: String) {
    (path, memory, size, modified) = (name, bytes, bytes.count, timespec())
    (descriptor, isStream) = (-1, false)
  }

  package init(_ path: String) throws(Failure) {
    self.path = path.inputName
    memory = nil
    descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
    let code = errno
    var status = stat()
    fstat(descriptor, &status)
    isStream = path == "-" || Self.isStream(status.st_mode)
    size = Int(status.st_size)
    modified = status.st_mtim
    guard descriptor >= 0 else { throw Self.cannotOpen(path, code: code) }
    if path != "-", let what = Self.unreadable(status.st_mode) {
      close(descriptor)
      throw Failure(
        .input, file: path, cause: "is \(what), not a file",
        hint: "name a file, or - to read standard input")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The size when the file was opened; nil for a stream, which has none.
  package var bytes: Int? { isStream ? nil : size }

  /// Fills `target` from its start, and returns how much: less than asked only at the end.
  package func read(into target: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    if let memory {
      let part = memory[min(position, memory.count)...].prefix(target.count)
      target.copyBytes(from: part)
      position += part.count
      return part.count
    }
    var filled = 0
    while filled < target.count, let base = target.baseAddress {
      let count = Glibc.read(descriptor, base + filled, target.count - filled)
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure(
          .output, file: path, cause: "cannot be read (\(SystemError.last))",
          hint: "check the disk or the network that the file is on")
      }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Goes to `offset`; a stream cannot.
  package func seek(to offset: Int) {
    position = offset
    if memory == nil { lseek(descriptor, offset, SEEK_SET) }
  }

  /// The bytes at `offset`, or fewer if the file ends there.
  package func bytes(_ count: Int, at offset: Int) throws(Failure) -> [UInt8] {
    seek(to: offset)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { bytes.deallocate() }
    return Array(bytes.prefix(try read(into: bytes)))
  }

  /// Throws if the file is not what it was when it was opened.
  package func checkUnchanged() throws(Failure) {
    guard !isStream, memory == nil else { return }
    var status = stat()
    fstat(descriptor, &status)
    let same = Int(status.st_size) == size && status.st_mtim.tv_sec == modified.tv_sec
    if same && status.st_mtim.tv_nsec == modified.tv_nsec { return }
    throw Failure(
      file: path, cause: "changed while it was read (from \(size) to \(status.st_size) bytes)",
      hint: "start again when whatever writes it has finished")
  }

  private static func cannotOpen(_ path: String, code: Int32) -> Failure {
    let hint =
      switch code {
      case ENOENT: "check the path; a relative one starts at the folder you are in"
      case EACCES, EPERM: "ask its owner for the right to read it, or copy it"
      default: "check the path"
      }
    return Failure(
      .input, file: path, cause: "cannot be opened (\(SystemError(code: code)))", hint: hint)
  }

  private static func unreadable(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFBLK: "a device"
    default: nil
    }
  }

  /// Pipes, such as those of `<(…)`, terminals and sockets.
  private static func isStream(_ mode: mode_t) -> Bool {
    [S_IFIFO, S_IFCHR, S_IFSOCK].contains(mode & S_IFMT)
  }
}
