import Glibc
import Text

/// The characters of a configuration file.
package enum SourceText {
  /// The largest file that is read; configurations are far smaller.
  static let mostBytes = 1 << 20

  /// Decodes UTF-8 and removes a byte order mark.
  static func decode(_ bytes: [UInt8], path: String) throws(ConfigurationError) -> [Unicode.Scalar]
  {
    if bytes.count > mostBytes { throw tooLong(bytes.count, path) }
    let head = bytes.prefix(2)
    // UTF-16 begins with a mark or, without one, has a zero byte in each ASCII character.
    if head == [0xFF, 0xFE] || head == [0xFE, 0xFF] || head.count == 2 && head.contains(0) {
      throw ConfigurationError(
        "\(path):1:1: the text is UTF-16 or something else that is not UTF-8",
        hint: "save the file as UTF-8")
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard let string = String(validating: text, as: UTF8.self) else {
      throw invalid(text, path)
    }
    let scalars = Array(string.unicodeScalars)
    if let place = scalars.firstIndex(of: "\0") {
      throw ConfigurationError(
        "\(path):\(position(behind: scalars[..<place])): a NUL, which no text has",
        hint: "the file is damaged or is no text")
    }
    return scalars
  }

  /// The text of a file named in a configuration.
  package static func text(of path: String) throws(ConfigurationError) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: try decode(read(path), path: path))
    return String(text)
  }

  /// The bytes of a file. A file that is too long is refused before it is read.
  static func read(_ path: String) throws(ConfigurationError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw unreadable(path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw unreadable(path) }
    if status.st_size > mostBytes { throw tooLong(Int(status.st_size), path) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= mostBytes {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw unreadable(path) }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  private static func unreadable(_ path: String) -> ConfigurationError {
    ConfigurationError(
      "\(path): cannot be read: \(String(cString: strerror(errno)))",
      hint: "name a file that exists and that you may read", code: .input)
  }

  private static func tooLong(_ count: Int, _ path: String) -> ConfigurationError {
    ConfigurationError(
      "\(path):1:1: \(count) bytes are too many for a configuration",
      hint: "at most \(mostBytes) are read; is this the file that you mean?")
  }

  private static func invalid(_ bytes: ArraySlice<UInt8>, _ path: String) -> ConfigurationError {
    var (decoder, rest) = (UTF8.ForwardParser(), bytes.makeIterator())
    var scalars: [Unicode.Scalar] = []
    while case .valid(let encoded) = decoder.parseScalar(from: &rest) {
      scalars.append(UTF8.decode(encoded))
    }
    return ConfigurationError(
      "\(path):\(position(behind: scalars[...])): a byte that is not UTF-8",
      hint: "save the file as UTF-8")
  }

  private static func position(behind scalars: ArraySlice<Unicode.Scalar>) -> Position {
    var cursor = TextCursor(scalars: Array(scalars))
    while cursor.current != nil { cursor.advance() }
    return cursor.position
  }
}
