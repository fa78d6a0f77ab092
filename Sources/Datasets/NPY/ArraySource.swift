import Machine
import Text

/// The bytes of one array, from front to back.
protocol ArraySource: AnyObject {
  var place: ArrayPlace { get }
  /// The bytes of header and data together; nil where that shows only at the end.
  var size: Int? { get }
  /// Fills `target` from its start, and returns how much: less than asked only at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  /// Throws if there is more, or if what was read is not what was written.
  func finish() throws(Failure)
}

extension ArraySource {
  /// The next bytes, or fewer if there are no more.
  func bytes(_ count: Int) throws(Failure) -> [UInt8] {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { bytes.deallocate() }
    return Array(bytes.prefix(try read(into: bytes)))
  }
}

/// A file, or an array of a file of several, for messages.
struct ArrayPlace {
  let file: String
  var array: String?

  func error(_ cause: String, hint: String) -> Failure {
    let name = array.map { "array \(Quotation.of($0.utf8)) " } ?? ""
    return Failure(file: file, cause: name + cause, hint: hint)
  }

  /// For what no writer of arrays makes.
  func damaged(_ cause: String) -> Failure {
    error(cause, hint: "copy or make the file again; np.load(FILE) checks it")
  }
}

/// An array that is all of a file.
final class WholeFileSource: ArraySource {
  private let stream: ByteStream

  init(_ stream: ByteStream) { self.stream = stream }

  var place: ArrayPlace { ArrayPlace(file: stream.file.path) }
  var size: Int? { stream.file.bytes }

  func read(into target: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
    try stream.read(into: target)
  }

  func finish() throws(Failure) {
    guard try bytes(1).isEmpty else { throw place.damaged("has bytes after its array") }
    try stream.file.checkUnchanged()
  }
}
