import CText
import Text

/// What came out of one chunk.
struct ParsedChunk {
  var rows = 0
  var lines = 0
  var underflows = 0
  var bad = BadRows()
  /// Where the first row begins that the chunk does not hold whole.
  var end = 0
  /// The rest of the last line is still to come, and not wanted.
  var skipsLine = false
}

/// One thread's parser: the fast one for rows of plain numbers, the thorough one for all others.
final class ChunkParser<Value: TableValue> {
  private let reader: RowReader<Value>
  private let width: Int
  private var scanner: RowScanner
  private(set) var values: UnsafeMutableBufferPointer<Value>

  init(_ reader: RowReader<Value>, width: Int, longestText: Int) {
    self.reader = reader
    self.width = width
    scanner = RowScanner(delimiter: reader.header.delimiter)
    // One more than the header has tells whether the field after a last delimiter is empty.
    scanner.mostFields = reader.header.names.count + 1
    // A row has a delimiter or line end for each field and a digit for each value.
    let rows = longestText / (reader.header.names.count + width) + 2
    values = .allocate(capacity: rows * width)
  }

  deinit { values.deallocate() }

  /// Parses all of `text`, or up to the first row that it does not hold whole.
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
    // The line feed behind a torn chunk is not its own: the row before it may go on.
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
        Value.readRows(
          &layout, $0 + parsed.end, length: length, into: target + parsed.rows * width,
          capacity: room, rows: &done)
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

  /// A row that does not end within the longest text: its first line is bad, the next starts
  /// afresh.
  private func giveUp(_ text: UnsafeBufferPointer<UInt8>, _ parsed: inout ParsedChunk) {
    let size = "\(ChunkFeeder.longestRow >> 20) MiB"
    let end = RowScanner.lineEnd(text, from: 0, isLast: false)
    let cause =
      end == nil ? "the row is longer than \(size)" : "a quote is not closed within \(size)"
    note(.bad(column: nil, cause: cause, advice: nil), &parsed)
    if let end {
      parsed.end = end
      parsed.lines += 1
    } else {
      parsed.end = text.count
      parsed.skipsLine = true
    }
  }
}
