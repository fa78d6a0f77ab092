/// One record of a TensorBoard event file: a time and a content.
struct Event: Hashable, Sendable {
  let time: Double
  var step: Int64 = 0
  let content: Content

  enum Content: Hashable, Sendable {
    /// The first record of every file.
    case version
    case scalars([Scalar])
  }

  /// The length, its masked checksum, the message, and its masked checksum.
  var record: [UInt8] {
    let message = self.message.bytes
    let length = Self.littleEndian(UInt64(message.count))
    return length + Self.littleEndian(CRC32C.masked(length)) + message
      + Self.littleEndian(CRC32C.masked(message))
  }

  /// The message `Event` of TensorBoard's `event.proto`.
  private var message: Message {
    var event = Message()
    event.add(1, time)
    if step != 0 { event.add(2, step) }
    switch content {
    case .version: event.add(3, "brain.Event:2")
    case .scalars(let scalars):
      var summary = Message()
      for scalar in scalars { summary.add(1, scalar.message) }
      event.add(5, summary)
    }
    return event
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}

/// One point of a curve.
package struct Scalar: Hashable, Sendable {
  package let tag: String
  package let value: Float

  package init(_ tag: String, _ value: Float) { (self.tag, self.value) = (tag, value) }

  fileprivate var message: Message {
    var message = Message()
    message.add(1, tag)
    message.add(2, value)
    return message
  }
}
