package import Machine
package import Text

/// Writes a table as the kind of file that its name asks for: NPZ for `.npz`, else CSV, which is
/// compressed for `.gz`.
package enum TableWriter {
  case csv(CSVWriter)
  case npz(NPZWriter)

  /// - Parameters:
  ///   - rows: how many will be appended; nil where only the end tells.
  ///   - samples: how many lines belong to each row. Text numbers them, arrays have a dimension for
  ///     them.
  ///   - words: what the numbers 0, 1, 2 … of a column stand for: text has the words, arrays the
  ///     numbers.
  ///   - format: the digits of text.
  ///   - precision: the numbers of arrays.
  package init(
    _ path: String, columns: [String], rows: Int?, samples: Int = 1,
    words: [String: [String]] = [:], format: CSVWriter.Format = .shortest,
    precision: NPZWriter.Precision = .float64,
    threads: Int = 1, rule: OverwriteRule? = nil
  ) throws(Failure) {
    try ForeignFormat.check(path)
    switch Self.format(of: path) {
    case .npz:
      self = .npz(
        try NPZWriter(
          path, columns: columns, rows: rows, samples: samples, precision: precision, rule: rule))
    case .npy:
      throw Failure(
        .creation, file: path, cause: "an NPY file has no names of columns",
        hint: "name the file .npz: numpy reads it too")
    case .csv:
      self = .csv(
        try CSVWriter(
          path, columns: columns, samples: samples, words: words, format: format, threads: threads,
          rule: rule))
    }
  }

  /// The kind of file that a name asks for.
  package static func format(of path: String) -> TableFormat {
    let name = path.lowercased()
    return [TableFormat.npz, .npy].first { name.hasSuffix(".\($0.rawValue)") } ?? .csv
  }

  /// Appends rows that lie one after the other.
  package func append(_ numbers: [Double]) throws(Failure) {
    switch self {
    case .csv(let writer): try writer.append(numbers)
    case .npz(let writer): try writer.append(numbers)
    }
  }

  /// Appends rows of numbers that are no more precise than floats.
  package func append(floats: [Float]) throws(Failure) {
    switch self {
    case .csv(let writer): try writer.append(floats: floats)
    case .npz(let writer): try writer.append(floats: floats)
    }
  }

  /// Gives the file its name.
  package func close() throws(Failure) {
    switch self {
    case .csv(let writer): try writer.close()
    case .npz(let writer): try writer.close()
    }
  }
}
