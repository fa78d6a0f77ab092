import CText

/// Writes one table as an NPZ file: an array `columns` of names, and an array `data` of rows.
///
/// The bytes depend on the table alone: there are no times in them. The number of rows is promised
/// at the beginning, so that rows are written as they are made.
package final class NPZWriter {
  /// What the numbers are stored as.
  package enum Precision: Sendable, Hashable {
    case float32, float64

    var element: NPYElement { self == .float32 ? .float32 : .float64 }
  }

  private let archive: ZipWriter
  private let width: Int
  private let precision: Precision
  private var rowsLeft: Int

  package init(
    _ path: String, columns: [String], rows: Int, precision: Precision = .float64
  ) throws(DataError) {
    (width, self.precision, rowsLeft) = (columns.count, precision, rows)
    let names = Self.names(columns)
    let header = NPYHeader(precision.element, shape: [rows, columns.count]).bytes
    let (numbers, isTooMany) = rows.multipliedReportingOverflow(by: columns.count)
    let size = header.count + precision.element.size * min(numbers, 1 << 40)
    guard !isTooMany, size + names.count + 1024 < ZipWriter.mostBytes else {
      throw DataError(
        .cannotCreate, file: path,
        cause: "cannot be written: \(rows) rows of \(columns.count) columns are more than the "
          + "4 GiB of an NPZ file",
        hint: "write fewer rows, or a CSV file")
    }
    archive = try ZipWriter(path)
    try archive.begin("columns.npy", size: names.count)
    try archive.write(names)
    try archive.end()
    try archive.begin("data.npy", size: size)
    try archive.write(header)
  }

  /// Appends rows that lie one after the other.
  package func append(_ numbers: [Double]) throws(DataError) {
    precondition(
      numbers.count % width == 0 && numbers.count / width <= rowsLeft,
      "\(numbers.count) numbers for \(rowsLeft) rows of \(width)")
    rowsLeft -= numbers.count / width
    if precision == .float64 {
      try archive.write(numbers)
    } else {
      try archive.write(numbers.map { Float($0) })
    }
  }

  /// Gives the file its name.
  package func close() throws(DataError) {
    precondition(rowsLeft == 0, "\(rowsLeft) rows were promised and not written")
    try archive.end()
    try archive.close()
  }

  /// The names as an array of text, as numpy has it.
  private static func names(_ columns: [String]) -> [UInt8] {
    let longest = max(1, columns.map(\.unicodeScalars.count).max() ?? 0)
    var bytes = NPYHeader(.text(longest), shape: [columns.count]).bytes
    for name in columns {
      for scalar in name.unicodeScalars { bytes += LittleEndian.bytes(scalar.value) }
      let rest = longest - name.unicodeScalars.count
      bytes += [UInt8](repeating: 0, count: 4 * rest)
    }
    return bytes
  }
}
