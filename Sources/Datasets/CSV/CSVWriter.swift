import CText
import Threads

/// Writes rows of numbers as CSV: a header, commas, and numbers that read back exactly.
package final class CSVWriter {
  private let file: OutputFile
  private let width: Int
  private let format: Format
  private let threads: Int

  package enum Format: Sendable, Hashable {
    /// As few digits as read back to the same number.
    case shortest
    /// So many significant digits.
    case digits(Int)

    /// As `ct_format` has it.
    var digits: Int32 {
      switch self {
      case .shortest: 0
      case .digits(let count): Int32(count)
      }
    }
  }

  package init(
    _ path: String, columns: [String], format: Format = .shortest, threads: Int = 1
  ) throws(DataError) {
    file = try OutputFile(path)
    (width, self.format, self.threads) = (columns.count, format, max(1, threads))
    try file.write(Array((columns.joined(separator: ",") + "\n").utf8))
  }

  /// Appends rows that lie one after the other.
  package func append(_ numbers: [Double]) throws(DataError) {
    precondition(numbers.count % width == 0, "\(numbers.count) numbers for rows of \(width)")
    let rows = numbers.count / width
    let parts = max(1, min(rows, 4 * threads))
    let (width, digits) = (width, format.digits)
    let texts = ParallelParts.run(parts, threads: threads) { part in
      let range = part * rows / parts * width..<(part + 1) * rows / parts * width
      return numbers.withUnsafeBufferPointer {
        Self.text(UnsafeBufferPointer(rebasing: $0[range]), width: width, digits: digits)
      }
    }
    for text in texts { try file.write(text) }
  }

  /// Gives the file its name.
  package func close() throws(DataError) { try file.close() }

  private static func text(
    _ numbers: UnsafeBufferPointer<Double>, width: Int, digits: Int32
  ) -> [UInt8] {
    // A number takes 32 bytes at most, its delimiter one more.
    [UInt8](unsafeUninitializedCapacity: numbers.count * 33) { text, count in
      guard let start = text.baseAddress else { return }
      start.withMemoryRebound(to: CChar.self, capacity: text.count) { start in
        var end = start
        for (i, number) in numbers.enumerated() {
          end = ct_format(end, number, digits)
          end.pointee = CChar(bitPattern: UInt8(ascii: (i + 1) % width == 0 ? "\n" : ","))
          end += 1
        }
        count = end - start
      }
    }
  }
}
