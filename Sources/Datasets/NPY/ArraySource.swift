import Machine
import Text

/// The bytes of an array, read from the beginning to the end.
protocol ArraySource: AnyObject {
  var place: ArrayPlace { get }
  /// The size of header and data in bytes; nil if it is not known before the end.
  var size: Int? { get }
  /// Fills `target` and returns the number of bytes, which is smaller only at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  /// Throws if bytes follow, or if the checksum is wrong.
  func finish() throws(Failure)
}

extension ArraySource {
  /// The next `count` bytes, or fewer at the end.
  func bytes(_ count: Int) throws(Failure) -> [UInt8] {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { bytes.deallocate() }
    return Array(bytes.prefix(try read(into: bytes)))
  }
}

/// The file and, in an NPZ file, the array that a message names.
struct ArrayPlace {
  let file: String
  var array: String?

  func error(_ cause: String, hint: String) -> Failure {
    let name = array.map { "array \(Quotation.of($0.utf8)) " } ?? ""
    return Failure(file: file, cause: name + cause, hint: hint)
  }

  /// The error for a damaged file.
  func damaged(_ cause: String) -> Failure {
    error(cause, hint: "copy or make the file again; np.load(FILE) checks it")
  }
}

/// The array of an NPY file.
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
