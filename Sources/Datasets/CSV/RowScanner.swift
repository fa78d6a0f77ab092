/// A field of a row, without the quotes round it.
struct Field {
  var range: Range<Int>
  /// Two quotes inside stand for one.
  var isQuoted = false
}

/// Divides text into rows and fields as RFC 4180 does, with blanks, comments and every line end.
struct RowScanner {
  let delimiter: UInt8
  /// Fields beyond these are counted, not kept.
  var mostFields = Int.max
  /// The fields of the row scanned last.
  private(set) var fields: [Field] = []
  /// How many fields that row has.
  private(set) var count = 0

  init(delimiter: UInt8) { self.delimiter = delimiter }

  enum Result {
    /// A line without a row: blank, or a comment.
    case nothing(end: Int)
    case row(end: Int, lines: Int)
    /// A row that cannot be divided; the next begins at `end`.
    case broken(Cause, end: Int, lines: Int)
    /// The text stops before the row does.
    case incomplete
  }

  enum Cause: Equatable {
    case nul
    case openQuote(field: Int)
    case textAfterQuote(field: Int)
  }

  /// Scans what begins at `start`, which is the beginning of a line.
  ///
  /// - Parameter isLast: No text follows, so that its end ends the last row too.
  mutating func scan(
    _ text: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool
  ) -> Result {
    fields.removeAll(keepingCapacity: true)
    count = 0
    var position = skipBlanks(text, start, evenTabs: true)
    if position == text.count, !isLast { return .incomplete }
    if position == text.count || isLineEnd(text[position]) || text[position] == .hash {
      let end = Self.lineEnd(text, from: position, isLast: isLast)
      return end.map { .nothing(end: $0) } ?? .incomplete
    }
    // Blanks before the first field belong to a tab-separated row's empty cells.
    position = delimiter == .tab ? start : position
    var lines = 1
    while true {
      switch field(text, &position, &lines, isLast: isLast) {
      case .separated:
        position += 1
      case .broken(let cause):
        return broken(cause, text, from: start, isLast: isLast)
      case .ended:
        guard let end = Self.lineEnd(text, from: position, isLast: isLast) else {
          return .incomplete
        }
        return .row(end: end, lines: lines)
      }
    }
  }

  /// A broken row is its first line; the next line starts afresh.
  private func broken(
    _ cause: Cause, _ text: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool
  ) -> Result {
    // An open quote may close in the text that follows.
    if case .openQuote = cause, !isLast { return .incomplete }
    guard let end = Self.lineEnd(text, from: start, isLast: isLast) else { return .incomplete }
    return .broken(cause, end: end, lines: 1)
  }

  /// The position after the line that `position` is in; nil if the text stops first.
  static func lineEnd(
    _ text: UnsafeBufferPointer<UInt8>, from position: Int, isLast: Bool
  ) -> Int? {
    var position = position
    while position < text.count, text[position] != .lineFeed, text[position] != .carriageReturn {
      position += 1
    }
    guard position < text.count else { return isLast ? position : nil }
    if text[position] == .lineFeed { return position + 1 }
    if position + 1 < text.count { return position + (text[position + 1] == .lineFeed ? 2 : 1) }
    // Whether a line feed belongs to this carriage return cannot be seen yet.
    return isLast ? position + 1 : nil
  }

  private enum FieldEnd {
    case separated
    case ended
    case broken(Cause)
  }

  /// One field, from `position` to the delimiter or line end after it.
  private mutating func field(
    _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ lines: inout Int, isLast: Bool
  ) -> FieldEnd {
    position = skipBlanks(text, position, evenTabs: delimiter != .tab)
    // Blanks that end a row separated by blanks end no field.
    if delimiter == .space, count > 0, position == text.count || isLineEnd(text[position]) {
      return .ended
    }
    var found = Field(range: position..<position)
    if position < text.count, text[position] == .quote {
      guard let close = closingQuote(text, after: position, &lines, isLast: isLast)
      else {
        return .broken(.openQuote(field: count))
      }
      found = Field(range: position + 1..<close, isQuoted: true)
      if text[found.range].contains(0) { return .broken(.nul) }
      position = skipBlanks(text, close + 1, evenTabs: delimiter != .tab)
      // With blanks as delimiters one was just skipped.
      if delimiter == .space, position > close + 1 { position -= 1 }
      if position < text.count, !isLineEnd(text[position]), !isDelimiter(text[position]) {
        return .broken(.textAfterQuote(field: count))
      }
    } else {
      while position < text.count, !isLineEnd(text[position]), !isDelimiter(text[position]) {
        if text[position] == 0 { return .broken(.nul) }
        position += 1
      }
      found.range = found.range.lowerBound..<position
    }
    if fields.count < mostFields { fields.append(found) }
    count += 1
    return position < text.count && isDelimiter(text[position]) ? .separated : .ended
  }

  private func closingQuote(
    _ text: UnsafeBufferPointer<UInt8>, after open: Int, _ lines: inout Int, isLast: Bool
  ) -> Int? {
    var position = open + 1
    while position < text.count {
      switch text[position] {
      case .quote:
        // The text may stop between two quotes that stand for one.
        if position + 1 == text.count, !isLast { return nil }
        guard position + 1 < text.count, text[position + 1] == .quote else { return position }
        position += 1
      case .lineFeed:
        lines += 1
      case .carriageReturn:
        if position + 1 == text.count || text[position + 1] != .lineFeed { lines += 1 }
      default:
        break
      }
      position += 1
    }
    return nil
  }

  private func skipBlanks(
    _ text: UnsafeBufferPointer<UInt8>, _ position: Int, evenTabs: Bool
  ) -> Int {
    var position = position
    while position < text.count, text[position] == .space || evenTabs && text[position] == .tab {
      position += 1
    }
    return position
  }

  private func isDelimiter(_ byte: UInt8) -> Bool {
    byte == delimiter || delimiter == .space && byte == .tab
  }

  private func isLineEnd(_ byte: UInt8) -> Bool { byte == .lineFeed || byte == .carriageReturn }
}

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let hash = UInt8(ascii: "#")
  static let comma = UInt8(ascii: ",")
  static let semicolon = UInt8(ascii: ";")
}
