import Text

/// The arrays of a file that are read, and their columns in the table.
struct ArrayPlan {
  let file: String
  /// The columns of the table.
  let columns: [String]
  /// The arrays that contain these columns.
  let parts: [ArrayLayout.Part]
  private let format: TableFormat
  private let extraColumns: [String]
  private let targets: [String: Int]
  /// Opens an array by its index; the source begins at the first element.
  private let open: (Int) throws(Failure) -> (NPYHeader, any ArraySource)

  /// - Parameters:
  ///   - wanted: the columns to read, nil for all.
  ///   - others: the names of the other arrays and files.
  init(
    _ layout: ArrayLayout, wanted: [String]?, file: String, format: TableFormat, others: [String],
    open: @escaping (Int) throws(Failure) -> (NPYHeader, any ArraySource)
  ) {
    (self.file, self.format, self.open) = (file, format, open)
    let columns = wanted ?? layout.columns
    var targets: [String: Int] = [:]
    for (column, name) in columns.enumerated() { targets[name] = column }
    let chosen = targets
    parts = layout.parts.filter { $0.columns.contains { chosen[$0] != nil } }
    extraColumns = layout.columns.filter { chosen[$0] == nil } + others
    (self.columns, self.targets) = (columns, targets)
  }

  var rows: Int { parts.first?.rows ?? 0 }

  func loader<Value: TableValue>(
    of part: ArrayLayout.Part
  ) throws(Failure) -> ArrayLoader<Value> {
    let (header, source) = try open(part.array)
    return ArrayLoader(
      header: header, source: source, targets: part.columns.map { targets[$0] })
  }

  func report(rows: Int, bytes: Int, underflows: Int, bad: BadRows) -> ReadingReport {
    ReadingReport(
      file: file, format: format.rawValue, bytes: bytes, rowsKept: rows, rowsDropped: bad.count,
      badRows: bad.first, underflows: underflows, extraColumns: extraColumns)
  }
}
