import Dispatch
import Glibc

/// Writes rows of numbers as CSV: a header, commas, and numbers that read back exactly.
///
/// The file appears under its name when it is complete; until then it has another. What is no file,
/// such as a pipe, is written to as it is.
package final class CSVWriter {
  private let path: String
  /// The name until the file is complete; nil where that is not for us to choose.
  private let temporary: String?
  private let file: Int32
  private let width: Int
  private let format: Format
  private let threads: Int
  private var isOpen = true

  package enum Format: Sendable, Hashable {
    /// As few digits as read back to the same number.
    case shortest
    /// So many significant digits.
    case digits(Int)
  }

  package init(
    _ path: String, columns: [String], format: Format = .shortest, threads: Int = 1
  ) throws(WritingError) {
    self.path = path
    temporary = Self.isSpecial(path) ? nil : "\(path).\(getpid()).tmp"
    file =
      temporary.map { open($0, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o644) }
      ?? open(path, O_WRONLY | O_CLOEXEC)
    (width, self.format, self.threads) = (columns.count, format, max(1, threads))
    guard file >= 0 else {
      isOpen = false
      throw WritingError(path, "cannot be created: \(String(cString: strerror(errno)))", .create)
    }
    try write(Array((columns.joined(separator: ",") + "\n").utf8))
  }

  deinit { if isOpen { discard() } }

  /// Appends rows that lie one after the other.
  package func append(_ numbers: [Double]) throws(WritingError) {
    precondition(numbers.count % width == 0, "\(numbers.count) numbers for rows of \(width)")
    let rows = numbers.count / width
    let parts = max(1, min(rows, 4 * threads))
    var texts = [[UInt8]](repeating: [], count: parts)
    texts.withUnsafeMutableBufferPointer { texts in
      nonisolated(unsafe) let texts = texts
      let (width, format) = (width, format)
      let fill: @Sendable (Int) -> Void = { part in
        let range = part * rows / parts * width..<(part + 1) * rows / parts * width
        texts[part] = Self.text(numbers[range], width: width, format)
      }
      if threads == 1 {
        for part in 0..<parts { fill(part) }
      } else {
        DispatchQueue.concurrentPerform(iterations: parts, execute: fill)
      }
    }
    for text in texts { try write(text) }
  }

  /// Gives the file its name.
  package func close() throws(WritingError) {
    if let temporary {
      guard fsync(file) == 0, Glibc.close(file) == 0, rename(temporary, path) == 0 else {
        throw failure()
      }
    } else if Glibc.close(file) != 0 {
      throw failure()
    }
    isOpen = false
  }

  /// Whether there is something at `path` that is no plain file.
  private static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  private static func text(
    _ numbers: ArraySlice<Double>, width: Int, _ format: Format
  ) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(numbers.count * 20)
    for (i, number) in numbers.enumerated() {
      switch format {
      case .shortest: text.append(contentsOf: number.description.utf8)
      case .digits(let count): append(number, digits: count, to: &text)
      }
      text.append(UInt8(ascii: (i + 1) % width == 0 ? "\n" : ","))
    }
    return text
  }

  private static func append(_ number: Double, digits: Int, to text: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 40) { buffer in
      guard let start = buffer.baseAddress else { return }
      let count = withVaList([Int32(digits), number]) { vsnprintf(start, 40, "%.*g", $0) }
      for i in 0..<Int(count) { text.append(UInt8(bitPattern: start[i])) }
    }
  }

  private func write(_ bytes: [UInt8]) throws(WritingError) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { bytes in
        bytes.baseAddress.map { Glibc.write(file, $0 + sent, bytes.count - sent) } ?? 0
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      sent += count
    }
  }

  private func failure() -> WritingError {
    let cause = String(cString: strerror(errno))
    discard()
    return WritingError(path, "cannot be written: \(cause)", .write)
  }

  private func discard() {
    Glibc.close(file)
    if let temporary { unlink(temporary) }
    isOpen = false
  }
}

/// A file that could not be made.
package struct WritingError: Error, Hashable {
  package let message: String
  package let hint: String
  package let stage: Stage

  package enum Stage: Sendable {
    case create, write
  }

  init(_ path: String, _ cause: String, _ stage: Stage) {
    message = "\(path): \(cause)"
    hint =
      stage == .create
      ? "name a file in a folder that exists and that you may write to"
      : "nothing was left behind; make room or name another place, and run the command again"
    self.stage = stage
  }
}
