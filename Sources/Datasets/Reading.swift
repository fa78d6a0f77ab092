/// A table, and how it was read.
package struct Reading<Value: TableValue> {
  package let table: Table<Value>
  package let report: ReadingReport
}

/// What was found in a file besides the values.
package struct ReadingReport: Equatable, Sendable {
  package var file: String
  package var format: String
  /// Bytes of text or arrays, after unpacking.
  package var bytes: Int
  package var rowsKept: Int
  package var rowsDropped = 0
  /// The first of the rows that were dropped.
  package var badRows: [BadRow] = []
  /// Values too near to zero for the table's numbers; they are zero in it.
  package var underflows = 0
  /// Columns of the file that are not read.
  package var extraColumns: [String] = []

  /// One line for each thing to report to the user.
  package var notes: [String] {
    var notes: [String] = []
    if !extraColumns.isEmpty {
      notes.append("\(file): not read: columns \(NameList.of(extraColumns))")
    }
    if let first = badRows.first {
      notes.append(
        "\(file): \(rowsDropped) of \(rowsKept + rowsDropped) rows dropped; "
          + "the first is \(first.description)")
    }
    if underflows > 0 {
      let values = underflows == 1 ? "1 value is" : "\(underflows) values are"
      notes.append("\(file): \(values) too near to zero for a float and became 0")
    }
    return notes
  }
}
