package import Machine
package import Text

/// Writes named arrays as an NPZ file. Each array is written by one call.
///
/// `NPZWriter` writes a table row by row.
package final class NPZArrayWriter {
  private let path: String
  private let archive: ZipWriter
  private var size = 0

  package init(_ path: String, rule: OverwriteRule? = nil) throws(Failure) {
    self.path = path
    archive = try ZipWriter(path, rule: rule)
  }

  /// Adds an array, row-major.
  package func add(_ name: String, shape: [Int], _ numbers: [Float]) throws(Failure) {
    try add(name, NPYHeader(.float32, shape: shape), numbers)
  }

  /// Adds an array, row-major.
  package func add(_ name: String, shape: [Int], _ numbers: [Double]) throws(Failure) {
    try add(name, NPYHeader(.float64, shape: shape), numbers)
  }

  /// Adds a text as an array without dimensions.
  package func add(_ name: String, _ text: String) throws(Failure) {
    let scalars = text.unicodeScalars.map(\.value)
    // The size of an element cannot be 0, so an empty text is one zero.
    let characters = scalars.isEmpty ? [0] : scalars
    try add(name, NPYHeader(.text(characters.count), shape: []), characters)
  }

  /// Completes the file; it appears under its name only now.
  package func close() throws(Failure) { try archive.close() }

  private func add<Element>(
    _ name: String, _ header: NPYHeader, _ elements: [Element]
  ) throws(Failure) {
    let bytes = header.bytes
    let length = bytes.count + elements.count * MemoryLayout<Element>.stride
    // 256 bytes and two names are more than the headers of an entry take.
    size += length + 256 + 2 * name.utf8.count
    guard size < ZipWriter.mostBytes else {
      throw Failure(
        .creation, file: path,
        cause: "cannot be written: '\(name)' does not fit in the 4 GiB of an NPZ file",
        hint: "a safetensors file has room for it")
    }
    try archive.begin("\(name).npy", size: length)
    try archive.write(bytes)
    try archive.write(elements)
    try archive.end()
  }
}
