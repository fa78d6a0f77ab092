import CText
package import Machine
package import Text

/// Writes a table as an NPZ file with an array `columns` of names and an array `data` of rows.
///
/// Equal tables give equal bytes, since no times are stored. Rows are written in blocks. Their
/// number is given at the beginning or counted at the end.
package final class NPZWriter {
  /// The type of the stored numbers.
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
  /// The number of rows that was given at the beginning; nil if there was none.
  private let promised: Int?
  /// The number of lines of `width` numbers that have been written.
  private var lines = 0

  /// - Parameters:
  ///   - rows: the number of rows; nil if it is not known before the end.
  ///   - samples: the number of lines for each row; if not 1, `data` has a dimension for them.
  ///   - mostBytes: the largest size of the file; small in tests.
  package init(
    _ path: String, columns: [String], rows: Int?, samples: Int = 1,
    precision: Precision = .float64, rule: OverwriteRule? = nil,
    mostBytes: Int = NPZWriter.mostBytes
  ) throws(Failure) {
    (self.path, width, self.precision) = (path, columns.count, precision)
    (promised, self.samples, self.mostBytes) = (rows, samples, mostBytes)
    let names = Self.names(columns)
    let header = Self.header(precision, rows: rows ?? 0, samples: samples, width: width)
    let data = try Self.check(
      path, columns: columns, rows: rows ?? 0, samples: samples, precision: precision,
      mostBytes: mostBytes)
    archive = try ZipWriter(path, rule: rule)
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

  /// Throws if so many rows are too large for a file.
  ///
  /// - Returns: the bytes of the numbers.
  @discardableResult
  package static func check(
    _ path: String, columns: [String], rows: Int, samples: Int, precision: Precision,
    mostBytes: Int = NPZWriter.mostBytes
  ) throws(Failure) -> Int {
    let header = Self.header(precision, rows: rows, samples: samples, width: columns.count)
    let lineBytes = samples * columns.count * precision.element.size
    let (data, isTooMany) = rows.multipliedReportingOverflow(by: lineBytes)
    guard !isTooMany, data < mostBytes - header.count - names(columns).count - margin else {
      throw tooLarge(path, rows: rows, samples: samples, width: columns.count)
    }
    return data
  }

  /// Appends rows, given as one row-major array.
  package func append(_ numbers: [Double]) throws(Failure) {
    try count(numbers.count)
    if precision == .float64 {
      try archive.write(numbers)
    } else {
      try archive.write(numbers.map { Float($0) })
    }
  }

  /// Appends rows of 32-bit numbers.
  package func append(floats: [Float]) throws(Failure) {
    try count(floats.count)
    if precision == .float32 {
      try archive.write(floats)
    } else {
      try archive.write(floats.map { Double($0) })
    }
  }

  /// Completes the file; it appears under its name only now.
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

  /// Counts the lines of the next block; throws if the file would be too large.
  private func count(_ numbers: Int) throws(Failure) {
    precondition(numbers % width == 0, "\(numbers) numbers for rows of \(width)")
    lines += numbers / width
    if let promised {
      precondition(lines <= promised * samples, "\(promised) rows were promised")
    } else if archive.size + numbers * precision.element.size + Self.margin >= mostBytes {
      throw Self.tooLarge(path, rows: lines / samples, samples: samples, width: width)
    }
  }

  /// Space for the directory.
  private static let margin = 1024

  private static func header(
    _ precision: Precision, rows: Int, samples: Int, width: Int
  ) -> [UInt8] {
    // The length of the header does not depend on the number of rows.
    NPYHeader(precision.element, shape: [rows] + (samples == 1 ? [] : [samples]) + [width]).bytes
  }

  private static func tooLarge(_ path: String, rows: Int, samples: Int, width: Int) -> Failure {
    Failure(
      .creation, file: path,
      cause: "cannot be written: \(rows) rows of " + (samples == 1 ? "" : "\(samples) samples of ")
        + "\(width) columns are more than the 4 GiB of an NPZ file",
      hint: "write fewer rows, or a CSV file")
  }

  /// The names as a numpy array of text.
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
