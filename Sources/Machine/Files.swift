import CMachine
import Glibc

/// Whole files, and folders.
package enum Files {
  /// The bytes of a file, or of a pipe until its end.
  ///
  /// - Parameter most: bytes that it may have; a longer one is refused, before it is read if its
  ///   size is known.
  package static func read(_ path: String, most: Int = .max) throws(SystemError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .last }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw .last }
    guard status.st_size <= most else { throw SystemError(code: EFBIG) }
    var bytes: [UInt8] = []
    // The size of a file that is made while it is read, as in /proc, is 0.
    var room = max(Int(status.st_size), 1 << 16)
    while true {
      var got = 0
      let part = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        got = Glibc.read(file, buffer.baseAddress, room)
        count = max(0, got)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .last }
      if got == 0 { return bytes }
      if bytes.isEmpty { bytes = part } else { bytes += part }
      guard bytes.count <= most else { throw SystemError(code: EFBIG) }
      room = max(Int(status.st_size) - bytes.count, 1 << 16)
    }
  }

  /// Puts `bytes` in place of a file, in one step for whoever reads it; reports whether it could.
  ///
  /// For what can be made again, such as a cache: it may be lost with the power. Results are
  /// written by `OutputFile`.
  @discardableResult
  package static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
    let temporary = path + "." + String(UInt64.random(in: .min ... .max), radix: 36) + ".tmp"
    guard let file = fopen(temporary, "wxe") else { return false }
    let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
    guard fclose(file) == 0, isWritten, rename(temporary, path) == 0 else {
      unlink(temporary)
      return false
    }
    return true
  }

  /// The path of a file from every folder; the same for standard input.
  package static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), path != "-", let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  /// The path without links and dots; nil where nothing is there.
  package static func resolved(_ path: String) -> String? {
    guard let text = realpath(path, nil) else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  /// Whether two paths are of one file; `-` is the standard input.
  package static func areSame(_ a: String, _ b: String) -> Bool {
    func identity(_ path: String) -> stat? {
      var status = stat()
      let code = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path, &status)
      return code == 0 ? status : nil
    }
    guard let a = identity(a), let b = identity(b) else { return false }
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino
  }

  /// The mark of a file, an attribute that `machine_set_mark` sets; `errno` says why there is none.
  static func mark(of path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: 256)
    let count = machine_mark(path, &buffer, buffer.count)
    guard count >= 0 else { return nil }
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Whether there is something of this name.
  package static func exist(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether there is a plain file: no folder, pipe or device.
  package static func isPlain(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Makes a folder and those above it.
  ///
  /// - Returns: the one that cannot be made, and `errno` says why; nil if all are there.
  @discardableResult
  package static func makeFolder(_ path: String, mode: UInt32 = 0o755) -> String? {
    var folder = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      folder += part
      if !folder.isEmpty, mkdir(folder, mode) != 0, errno != EEXIST { return folder }
      folder += "/"
    }
    return nil
  }

  /// The names in a folder, in no order; nil if it cannot be read.
  package static func entries(of path: String) -> [String]? {
    guard let folder = opendir(path) else { return nil }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}

extension String {
  /// The name of a file or folder in its path, whatever slashes end it.
  package var lastPathPart: String { split(separator: "/").last.map(String.init) ?? self }

  /// What messages call the file of this path that is read, or written.
  package var inputName: String { self == "-" ? "standard input" : self }
  package var outputName: String { self == "-" ? "standard output" : self }
}
