import CText
import Text

/// The result of parsing a chunk.
struct ParsedChunk {
  var rows = 0
  var lines = 0
  var underflows = 0
  var bad = BadRows()
  /// The start of the first row that the chunk does not contain completely.
  var end = 0
  /// Whether the rest of the last line, which is too long, is to be skipped.
  var skipsLine = false
}

/// The parser of one thread. C code parses rows of plain numbers, `RowScanner` all other rows.
final class ChunkParser<Value: TableValue> {
  private let reader: RowReader<Value>
  private let width: Int
  private var scanner: RowScanner
  private(set) var values: UnsafeMutableBufferPointer<Value>

  init(_ reader: RowReader<Value>, width: Int, longestText: Int) {
    self.reader = reader
    self.width = width
    scanner = RowScanner(delimiter: reader.header.delimiter)
    // One field more than the header, to see whether the field after a last delimiter is empty.
    scanner.mostFields = reader.header.names.count + 1
    // A row has at least a delimiter or line end for each field and a digit for each value.
    let rows = longestText / (reader.header.names.count + width) + 2
    values = .allocate(capacity: rows * width)
  }

  deinit { values.deallocate() }

  /// Parses `text` up to its end, or to the first row that it does not contain completely.
  func parse(_ text: UnsafeBufferPointer<UInt8>, _ chunk: Chunk) -> ParsedChunk {
    var parsed = ParsedChunk()
    let isComplete = chunk.isLast || !chunk.mayBeTorn
    while parsed.end < text.count {
      parsePlainRows(text, &parsed, isComplete: isComplete)
      guard parsed.end < text.count else { break }
      switch scanner.scan(text, from: parsed.end, isLast: isComplete) {
      case .nothing(let end):
        parsed.end = end
        parsed.lines += 1
      case .row(let end, let lines):
        take(text, end: end, lines: lines, &parsed)
      case .broken(let cause, let end, let lines):
        note(reader.broken(cause), &parsed)
        parsed.end = end
        parsed.lines += lines
      case .incomplete:
        if chunk.isFull, parsed.end == 0 { giveUp(text, &parsed) }
        return parsed
      }
    }
    return parsed
  }

  private func parsePlainRows(
    _ text: UnsafeBufferPointer<UInt8>, _ parsed: inout ParsedChunk, isComplete: Bool
  ) {
    guard let base = text.baseAddress, let target = values.baseAddress else { return }
    // The line feed after a torn chunk was added by the feeder; the row may continue.
    var length = text.count - parsed.end
    if !isComplete {
      let whole = text[parsed.end...].lastIndex(of: .lineFeed).map { $0 + 1 } ?? parsed.end
      length = whole - parsed.end
    }
    let room = values.count / width - parsed.rows
    var done = 0
    let used = reader.target.withUnsafeBufferPointer { fields in
      var layout = ct_layout(
        target: fields.baseAddress, fields: Int32(fields.count), width: Int32(width),
        delimiter: CChar(bitPattern: reader.header.delimiter))
      return base.withMemoryRebound(to: CChar.self, capacity: text.count) {
        Value.functions.readRows(
          &layout, $0 + parsed.end, length, target + parsed.rows * width, room, &done)
      }
    }
    parsed.end += min(used, text.count - parsed.end)
    parsed.rows += done
    parsed.lines += done
  }

  private func take(
    _ text: UnsafeBufferPointer<UInt8>, end: Int, lines: Int, _ parsed: inout ParsedChunk
  ) {
    guard let target = values.baseAddress else { return }
    let verdict = reader.read(text, scanner, into: target + parsed.rows * width)
    if case .good(let underflows) = verdict {
      parsed.rows += 1
      parsed.underflows += underflows
    } else {
      note(verdict, &parsed)
    }
    parsed.end = end
    parsed.lines += lines
  }

  private func note(_ verdict: RowReader<Value>.Verdict, _ parsed: inout ParsedChunk) {
    guard case .bad(let column, let cause, let advice) = verdict else { return }
    parsed.bad.append(
      BadRow(
        line: parsed.lines + 1, column: column.map(Quotation.printable), cause: cause,
        advice: advice))
  }

  /// Handles a first row that does not end within the buffer: its first line is a bad row, and
  /// parsing continues with the next line.
  private func giveUp(_ text: UnsafeBufferPointer<UInt8>, _ parsed: inout ParsedChunk) {
    let size = "\(ChunkFeeder.longestRow >> 20) MiB"
    let end = RowScanner.lineEnd(text, from: 0, isLast: false)
    let cause =
      end == nil ? "the row is longer than \(size)" : "a quote is not closed within \(size)"
    note(.bad(cause: cause), &parsed)
    if let end {
      parsed.end = end
      parsed.lines += 1
    } else {
      parsed.end = text.count
      parsed.skipsLine = true
    }
  }
}
