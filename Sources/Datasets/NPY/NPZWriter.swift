import CText
package import Text

/// Writes one table as an NPZ file: an array `columns` of names, and an array `data` of rows.
///
/// The bytes depend on the table alone: there are no times in them. Rows are written as they are
/// made, whether their number was promised at the beginning or shows at the end.
package final class NPZWriter {
  /// What the numbers are stored as.
  package enum Precision: Sendable, Hashable {
    case float32, float64

    var element: NPYElement { self == .float32 ? .float32 : .float64 }
  }

  package static let mostBytes = ZipWriter.mostBytes

  private let path: String
  private let archive: ZipWriter
  private let width: Int
  private let samples: Int
  private let precision: Precision
  private let mostBytes: Int
  /// Nil where nothing was promised.
  private let promised: Int?
  /// Lines of `width` numbers until now.
  private var lines = 0

  /// - Parameters:
  ///   - rows: how many there will be; nil where only the end tells.
  ///   - samples: where it is not 1, so many lines belong to each row, and `data` has a dimension for
  ///     them.
  ///   - mostBytes: of the file; tests make it small.
  package init(
    _ path: String, columns: [String], rows: Int?, samples: Int = 1,
    precision: Precision = .float64, mostBytes: Int = NPZWriter.mostBytes
  ) throws(Failure) {
    (self.path, width, self.precision) = (path, columns.count, precision)
    (promised, self.samples, self.mostBytes) = (rows, samples, mostBytes)
    let names = Self.names(columns)
    let header = Self.header(precision, rows: rows ?? 0, samples: samples, width: width)
    let lineBytes = samples * columns.count * precision.element.size
    let (data, isTooMany) = (rows ?? 0).multipliedReportingOverflow(by: lineBytes)
    guard !isTooMany, data < mostBytes - header.count - names.count - Self.margin else {
      throw Self.tooLarge(path, rows: rows ?? 0, samples: samples, width: width)
    }
    archive = try ZipWriter(path)
    guard rows != nil || archive.canReserve else {
      throw Failure(
        .creation, file: path,
        cause: "is no place for an NPZ file: how many rows there are shows only at the end, and "
          + "must be written at the start", hint: "name a file, or write CSV")
    }
    try archive.begin("columns.npy", size: names.count)
    try archive.write(names)
    try archive.end()
    if rows == nil {
      try archive.begin("data.npy", reserving: header.count)
    } else {
      try archive.begin("data.npy", size: header.count + data)
      try archive.write(header)
    }
  }

  /// Appends rows that lie one after the other.
  package func append(_ numbers: [Double]) throws(Failure) {
    try count(numbers.count)
    if precision == .float64 {
      try archive.write(numbers)
    } else {
      try archive.write(numbers.map { Float($0) })
    }
  }

  /// Appends rows of numbers that are no more precise than floats.
  package func append(floats: [Float]) throws(Failure) {
    try count(floats.count)
    if precision == .float32 {
      try archive.write(floats)
    } else {
      try archive.write(floats.map { Double($0) })
    }
  }

  /// Gives the file its name.
  package func close() throws(Failure) {
    precondition(lines % samples == 0, "\(lines) lines are no rows of \(samples)")
    if let promised {
      precondition(lines == promised * samples, "\(promised) rows were promised")
      try archive.end()
    } else {
      try archive.end(
        reserved: Self.header(precision, rows: lines / samples, samples: samples, width: width))
    }
    try archive.close()
  }

  /// Counts lines that are to be written, which must have room.
  private func count(_ numbers: Int) throws(Failure) {
    precondition(numbers % width == 0, "\(numbers) numbers for rows of \(width)")
    lines += numbers / width
    if let promised {
      precondition(lines <= promised * samples, "\(promised) rows were promised")
    } else if archive.size + numbers * precision.element.size + Self.margin >= mostBytes {
      throw Self.tooLarge(path, rows: lines / samples, samples: samples, width: width)
    }
  }

  /// Enough for the directory.
  private static let margin = 1024

  private static func header(
    _ precision: Precision, rows: Int, samples: Int, width: Int
  ) -> [UInt8] {
    // numpy leaves room for the first dimension to grow: the length does not depend on it.
    NPYHeader(precision.element, shape: [rows] + (samples == 1 ? [] : [samples]) + [width]).bytes
  }

  private static func tooLarge(_ path: String, rows: Int, samples: Int, width: Int) -> Failure {
    Failure(
      .creation, file: path,
      cause: "cannot be written: \(rows) rows of " + (samples == 1 ? "" : "\(samples) samples of ")
        + "\(width) columns are more than the 4 GiB of an NPZ file",
      hint: "write fewer rows, or a CSV file")
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
