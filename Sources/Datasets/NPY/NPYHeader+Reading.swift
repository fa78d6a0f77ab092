import Text

extension NPYHeader {
  /// The largest size of a header, which is the default limit of numpy.
  static let longest = 10_000

  /// Reads the header and checks that the size of the array agrees with it.
  static func read(_ source: some ArraySource) throws(Failure) -> NPYHeader {
    let place = source.place
    let preamble = try source.bytes(8)
    guard preamble.starts(with: magic) else {
      throw place.damaged("does not start as an NPY file does")
    }
    guard preamble.count == 8 else { throw place.damaged("ends inside its header") }
    let (major, minor) = (preamble[6], preamble[7])
    guard (1...3).contains(major), minor == 0 else {
      throw place.error(
        "has the unknown NPY version \(major).\(minor)",
        hint: "write it again with np.save")
    }
    let width = major == 1 ? 2 : 4
    let count = try source.bytes(width)
    guard count.count == width else { throw place.damaged("ends inside its header") }
    let length = Int(LittleEndian.read(UInt32.self, from: count, at: 0))
    guard length <= longest else {
      throw place.damaged("has a header of \(length) bytes, and \(longest) are allowed")
    }
    let text = try source.bytes(length)
    guard text.count == length else { throw place.damaged("ends inside its header") }
    var scanner = NPYHeaderScanner(text, place: place)
    var header = try scanner.header()
    header.length = 8 + width + length
    try header.checkSize(source.size, place)
    return header
  }

  private func checkSize(_ size: Int?, _ place: ArrayPlace) throws(Failure) {
    guard let dataBytes, length <= Int.max - dataBytes else {
      throw place.damaged("has shape \(shapeText), more than any file can hold")
    }
    guard let size, size != length + dataBytes else { return }
    let given = "shape \(shapeText) of \(element.name) needs \(length + dataBytes) bytes"
    throw place.damaged("is not as long as its header says: \(given), there are \(size)")
  }
}
