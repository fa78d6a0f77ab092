import Glibc
import Machine
import Text

extension SafetensorsFile {
  /// Reads a file.
  ///
  /// - Parameter most: the largest size in bytes; a larger file is refused before it is read.
  package init(
    contentsOf path: String, trust: Trust = .any, most: Int = 4 << 30
  ) throws {
    let bytes: [UInt8]
    do { bytes = try Files.read(path, most: most) } catch {
      if error.code == EISDIR || error.code == EFBIG {
        throw Failure(
          in: path, "no file, or one of more than \(most) bytes", hint: "name a safetensors file")
      }
      throw Failure(
        in: path, "cannot be read: \(error)",
        hint: "name a safetensors file that exists and that you may read", code: .input)
    }
    try self.init(bytes, path: path, trust: trust)
  }
}
