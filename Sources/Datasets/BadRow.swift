import Text

/// A row that cannot be read, and why.
package struct BadRow: Equatable, Sendable {
  /// What the rows of a file are counted by.
  package enum Unit: String, Sendable {
    case line
    /// In a file without lines.
    case row
  }

  /// The first line of the row, counted from 1; in a file without lines, the row.
  package var line: Int
  package var unit = Unit.line
  package var column: String?
  package var cause: String
  /// What to do about this row in particular, if there is something.
  package var advice: String?

  /// `line 17, column psy: 'abc' is not a number`.
  package var description: String {
    let place = "\(unit.rawValue) \(line)" + (column.map { ", column \($0)" } ?? "")
    return "\(place): \(cause)"
  }
}

/// What to do with rows that cannot be read.
package enum BadRowPolicy: String, CaseIterable, Sendable {
  /// Stop, and name the first.
  case error
  /// Leave them out, count them, and stop if they are more than 1 % of all.
  case skip
}

/// The bad rows of a file: all of them counted, the first ones kept.
struct BadRows {
  static let mostKept = 20
  private(set) var count = 0
  private(set) var first: [BadRow] = []

  mutating func append(_ row: BadRow) {
    count += 1
    if first.count < Self.mostKept { first.append(row) }
  }

  /// Appends what was found in a later part, whose lines start after `lines`.
  mutating func append(_ other: BadRows, after lines: Int) {
    count += other.count
    for var row in other.first.prefix(max(0, Self.mostKept - first.count)) {
      row.line += lines
      first.append(row)
    }
  }

  /// Throws if `policy` does not allow these beside `good` rows.
  func check(_ policy: BadRowPolicy, good: Int, file: String) throws(Failure) {
    guard let row = first.first else { return }
    let total = good + count
    let share = "\(count) of \(total) rows \(count == 1 ? "is" : "are") bad"
    let tooMany = count * 100 > total
    guard policy == .error || tooMany else { return }
    var hint = row.advice.map { "\($0); \(share)" }
    if policy == .skip {
      hint =
        (row.advice.map { $0 + "; " } ?? "")
        + "\(share), and --on-bad-row skip drops at most 1 %"
    }
    let way =
      tooMany
      ? "mend the file: \(share)" : "--on-bad-row skip drops such rows (\(share))"
    // A number behind the file's name is a line, which an editor goes to.
    let isLine = row.unit == .line
    throw Failure(
      file: file, line: isLine ? row.line : nil, column: isLine ? row.column : nil,
      cause: isLine ? row.cause : row.description, hint: hint ?? way)
  }
}
