/// A field of a row, without its quotes.
struct Field {
  var range: Range<Int>
  /// Whether the field was quoted, so that two quotes inside stand for one.
  var isQuoted = false
}

/// Divides text into rows and fields (RFC 4180), with blanks, comments and all kinds of line ends.
struct RowScanner {
  let delimiter: UInt8
  /// The number of fields that are kept; further ones are only counted.
  var mostFields = Int.max
  /// The fields of the last row.
  private(set) var fields: [Field] = []
  /// The number of fields of the last row, including those that are not kept.
  private(set) var count = 0

  init(delimiter: UInt8) { self.delimiter = delimiter }

  enum Result {
    /// A blank line or a comment.
    case nothing(end: Int)
    case row(end: Int, lines: Int)
    /// A row that cannot be divided into fields; the next row begins at `end`.
    case broken(Cause, end: Int, lines: Int)
    /// The text ends inside the row.
    case incomplete
  }

  enum Cause: Equatable {
    case nul
    case openQuote(field: Int)
    case textAfterQuote(field: Int)
  }

  /// Scans the row or line that begins at `start`.
  ///
  /// - Parameter isLast: whether no text follows, so that the end of the text ends the row.
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
    // In a tab-separated row, leading tabs delimit empty cells.
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

  /// The result for a row with an error: it ends with its first line.
  private func broken(
    _ cause: Cause, _ text: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool
  ) -> Result {
    // The closing quote may follow in the text that has not been read.
    if case .openQuote = cause, !isLast { return .incomplete }
    guard let end = Self.lineEnd(text, from: start, isLast: isLast) else { return .incomplete }
    return .broken(cause, end: end, lines: 1)
  }

  /// The position after the line of `position`; nil if the text ends inside the line.
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
    // A line feed that belongs to this carriage return may follow.
    return isLast ? position + 1 : nil
  }

  private enum FieldEnd {
    case separated
    case ended
    case broken(Cause)
  }

  /// Scans a field, from `position` to the next delimiter or line end.
  private mutating func field(
    _ text: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ lines: inout Int, isLast: Bool
  ) -> FieldEnd {
    position = skipBlanks(text, position, evenTabs: delimiter != .tab)
    // In a row that is separated by blanks, blanks at the end do not begin another field.
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
      // If blanks are delimiters, the last skipped one is the delimiter.
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
        // The text may end between two quotes that stand for one.
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
