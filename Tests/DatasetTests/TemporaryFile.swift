import Glibc
import Machine
import Text

@testable import Datasets

/// A file of a test, gone with the value.
final class TemporaryFile {
  let path: String

  /// A folder for the file, which is made by whoever writes it.
  init(named name: String = "data.csv") {
    var template = Array("/tmp/implode-test-XXXXXX".utf8CString)
    mkdtemp(&template)
    path =
      String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) + "/" + name
  }

  convenience init(_ bytes: some Sequence<UInt8>, named name: String = "data.csv") {
    self.init(named: name)
    write(Array(bytes))
  }

  convenience init(_ text: String, named name: String = "data.csv") {
    self.init(text.utf8, named: name)
  }

  deinit {
    unlink(path)
    rmdir(folder)
  }

  var folder: String { String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]) }

  func write(_ bytes: [UInt8]) {
    guard let file = fopen(path, "w") else { return }
    fwrite(bytes, 1, bytes.count, file)
    fclose(file)
  }

  var bytes: [UInt8] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&block, 1, block.count, file), count > 0 {
      bytes += block[..<count]
    }
    return bytes
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension TableReader {
  /// Reads a file that lives until it has been read.
  func read(_ file: TemporaryFile) throws(Failure) -> Reading<Value> {
    defer { withExtendedLifetime(file) {} }
    return try read(file.path)
  }
}
