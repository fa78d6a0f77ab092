import Glibc

extension SafetensorsFile {
  /// Reads a file.
  ///
  /// - Parameter most: the bytes that it may have; a longer one is refused before it is read.
  package init(
    contentsOf path: String, trust: Trust = .any, most: Int = 4 << 30
  ) throws(RecordError) {
    try self.init(try Self.read(path, most: most), path: path, trust: trust)
  }

  private static func read(_ path: String, most: Int) throws(RecordError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw unreadable(path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw unreadable(path) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= most else {
      throw RecordError(
        "\(path): no file, or one of more than \(most) bytes", hint: "name a safetensors file")
    }
    let size = Int(status.st_size)
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      // A file that shrinks meanwhile is cut off, which its header will tell.
      while count < size {
        let got = Glibc.read(file, buffer.baseAddress.map { $0 + count }, size - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        count += got
      }
    }
    errno = code
    if code != 0 { throw unreadable(path) }
    return bytes
  }

  private static func unreadable(_ path: String) -> RecordError {
    RecordError(
      "\(path): cannot be read: \(String(cString: strerror(errno)))",
      hint: "name a safetensors file that exists and that you may read", isUnreadable: true)
  }
}
