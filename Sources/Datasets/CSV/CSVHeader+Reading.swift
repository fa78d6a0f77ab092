import Text

extension CSVHeader {
  /// Reads the header at the start of a file; nil if `text` does not contain all of it.
  ///
  /// The delimiter is the one that gives the most wanted names and, among equals, the most columns.
  ///
  /// - Parameters:
  ///   - isLast: whether the file ends after `text`.
  ///   - isFull: whether `text` cannot be extended, because it has the largest size.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, isLast: Bool, isFull: Bool, wanted: [String], file: String
  ) throws(Failure) -> CSVHeader? {
    try refuseOtherEncodings(text, file: file)
    var scanner = RowScanner(delimiter: .comma)
    var start = text.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var line = 1
    while true {
      guard start < text.count else {
        guard isLast else { return nil }
        throw noHeader(file, isEmpty: text.isEmpty)
      }
      switch scanner.scan(text, from: start, isLast: isLast) {
      case .nothing(let end):
        (start, line) = (end, line + 1)
      case .incomplete:
        return nil
      case .row, .broken:
        // Whether a quotation mark begins a quoted field depends on the delimiter.
        let mayWait = !isLast && !isFull
        if mayWait, isIncomplete(text, from: start) { return nil }
        guard let best = best(text, from: start, isLast: isLast, wanted: Set(wanted)) else {
          throw Failure(
            file: file, line: line, cause: "the header cannot be divided into names",
            hint: "the first line names the columns, divided by commas, semicolons, tabs or blanks")
        }
        return CSVHeader(
          names: best.names, delimiter: best.delimiter, line: line, end: best.end,
          lines: line - 1 + best.lines)
      }
    }
  }

  static func tooLong(_ file: String) -> Failure {
    Failure(
      file: file, cause: "has no end of its first line within \(ChunkFeeder.longestRow >> 20) MiB",
      hint: "check that this is a CSV file; a quote that is never closed has the same effect")
  }

  private static let delimiters: [UInt8] = [.comma, .semicolon, .tab, .space]

  /// Whether the header is incomplete for one of the delimiters.
  private static func isIncomplete(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Bool {
    delimiters.contains { delimiter in
      var scanner = RowScanner(delimiter: delimiter)
      if case .incomplete = scanner.scan(text, from: start, isLast: false) { return true }
      return false
    }
  }

  private typealias Candidate = (delimiter: UInt8, names: [String], end: Int, lines: Int)

  /// The names with the best delimiter; nil if no delimiter divides the line into fields.
  private static func best(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool, wanted: Set<String>
  ) -> Candidate? {
    var best: Candidate?
    var bestScore = (-1, -1)
    for delimiter in delimiters {
      var scanner = RowScanner(delimiter: delimiter)
      guard case .row(let end, let lines) = scanner.scan(text, from: start, isLast: isLast) else {
        continue
      }
      var names = scanner.fields.map { name(of: $0, in: text) }
      // A delimiter at the end of the header makes an empty last name, which is no column.
      if names.count > 1, names.last == "" { names.removeLast() }
      let score = (Set(names).intersection(wanted).count, names.count)
      if score > bestScore { (best, bestScore) = ((delimiter, names, end, lines), score) }
    }
    return best
  }

  private static func name(of field: Field, in text: UnsafeBufferPointer<UInt8>) -> String {
    var bytes: [UInt8] = []
    var skipsNext = false
    for byte in text[field.range] {
      if field.isQuoted, byte == .quote {
        skipsNext.toggle()
        if !skipsNext { continue }
      }
      bytes.append(byte)
    }
    while let last = bytes.last, last == .space || last == .tab { bytes.removeLast() }
    while let first = bytes.first, first == .space || first == .tab { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func refuseOtherEncodings(
    _ text: UnsafeBufferPointer<UInt8>, file: String
  ) throws(Failure) {
    let mark = text.prefix(2)
    guard mark.elementsEqual([0xFF, 0xFE]) || mark.elementsEqual([0xFE, 0xFF]) else { return }
    throw Failure(
      file: file, cause: "is UTF-16 text",
      hint: "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > NEW")
  }

  private static func noHeader(_ file: String, isEmpty: Bool) -> Failure {
    Failure(
      file: file, cause: isEmpty ? "is empty" : "holds comments and blank lines only",
      hint: "the first line names the columns, the others are the rows")
  }
}

extension RowScanner.Cause {
  /// The cause in words, which follow the name of a column or row.
  var text: String {
    switch self {
    case .nul: "holds a NUL byte"
    case .openQuote: "has a quote that is never closed"
    case .textAfterQuote: "has text after a closing quote"
    }
  }
}
