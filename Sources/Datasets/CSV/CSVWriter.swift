import CText
package import Machine
package import Text

/// Writes rows of numbers as CSV with a header; compressed if the name ends in `.gz`.
package final class CSVWriter {
  private let file: OutputFile
  private let gzip: GzipWriter?
  private let width: Int
  private let format: Format
  private let threads: Int
  private let numbering: LineNumbering?
  /// Of columns whose numbers 0, 1, 2 … stand for words, by position.
  private let words: [Int: [[UInt8]]]
  private var lines = 0

  package enum Format: Sendable, Hashable {
    /// The fewest digits that restore the same number.
    case shortest
    /// A fixed number of significant digits.
    case digits(Int)

    /// The number of digits for `ct_format`; 0 for the shortest.
    var digits: Int32 {
      switch self {
      case .shortest: 0
      case .digits(let count): Int32(count)
      }
    }
  }

  /// - Parameters:
  ///   - samples: the number of lines for each row. If it is not 1, the first columns are `row` and
  ///     `sample`, both counted from 1.
  ///   - words: what the numbers 0, 1, 2 … of a column stand for; at most 32 bytes each.
  package init(
    _ path: String, columns: [String], samples: Int = 1, words: [String: [String]] = [:],
    format: Format = .shortest, threads: Int = 1, rule: OverwriteRule? = nil
  ) throws(Failure) {
    file = try OutputFile(path, rule: rule)
    gzip = path.lowercased().hasSuffix(".gz") ? GzipWriter(file, threads: threads) : nil
    (width, self.format, self.threads) = (columns.count, format, max(1, threads))
    numbering = samples == 1 ? nil : LineNumbering(samples: samples)
    self.words = [Int: [[UInt8]]](
      uniqueKeysWithValues: columns.enumerated().compactMap { i, name in
        words[name].map { (i, $0.map { Array($0.utf8) }) }
      })
    let names = (numbering == nil ? [] : LineNumbering.columns) + columns
    try send(Array((names.joined(separator: ",") + "\n").utf8))
  }

  /// Appends rows, given as one row-major array.
  package func append(_ numbers: [Double]) throws(Failure) { try write(numbers) }

  /// Appends rows of 32-bit numbers, which are written with fewer digits.
  package func append(floats: [Float]) throws(Failure) { try write(floats) }

  /// Completes the file; it appears under its name only now.
  package func close() throws(Failure) {
    try gzip?.finish()
    try file.close()
  }

  private func send(_ bytes: [UInt8]) throws(Failure) {
    if let gzip { try gzip.write(bytes) } else { try file.write(bytes) }
  }

  private func write<Number: TableValue>(_ numbers: [Number]) throws(Failure) {
    precondition(numbers.count % width == 0, "\(numbers.count) numbers for rows of \(width)")
    let rows = numbers.count / width
    let parts = max(1, min(rows, 4 * threads))
    let (width, digits, numbering, first) = (width, format.digits, numbering, lines)
    let words = words
    let texts = ParallelParts.run(parts, threads: threads) { part in
      let range = part * rows / parts..<(part + 1) * rows / parts
      return numbers.withUnsafeBufferPointer {
        Self.text(
          UnsafeBufferPointer(rebasing: $0[range.lowerBound * width..<range.upperBound * width]),
          width: width, digits: digits, numbering, words, first: first + range.lowerBound)
      }
    }
    lines += rows
    for text in texts { try send(text) }
  }

  private static func text<Number: TableValue>(
    _ numbers: UnsafeBufferPointer<Number>, width: Int, digits: Int32, _ numbering: LineNumbering?,
    _ words: [Int: [[UInt8]]], first: Int
  ) -> [UInt8] {
    // A number takes at most 32 bytes, and its delimiter one.
    let room = numbers.count * 33 + (numbering == nil ? 0 : numbers.count / width * 42)
    return [UInt8](unsafeUninitializedCapacity: room) { text, count in
      guard let start = text.baseAddress else { return }
      start.withMemoryRebound(to: CChar.self, capacity: text.count) { start in
        let write = Number.functions.write
        var end = start
        for (i, number) in numbers.enumerated() {
          if i % width == 0, let numbering {
            end = numbering.write(line: first + i / width, to: end)
          }
          if let word = words[i % width]?[Int(number)] {
            for byte in word {
              end.pointee = CChar(bitPattern: byte)
              end += 1
            }
          } else {
            end = write(end, number, digits) ?? end
          }
          end.pointee = CChar(bitPattern: UInt8(ascii: (i + 1) % width == 0 ? "\n" : ","))
          end += 1
        }
        count = end - start
      }
    }
  }
}

/// The columns with the row number and the sample number of a line.
private struct LineNumbering: Sendable {
  static let columns = ["row", "sample"]
  let samples: Int

  /// Writes both numbers of a line with commas, in at most 42 bytes.
  func write(line: Int, to text: UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<CChar> {
    var end = text
    for number in [line / samples + 1, line % samples + 1] {
      for digit in String(number).utf8 {
        end.pointee = CChar(bitPattern: digit)
        end += 1
      }
      end.pointee = CChar(bitPattern: .comma)
      end += 1
    }
    return end
  }
}
