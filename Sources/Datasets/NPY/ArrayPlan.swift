import Text

/// Which arrays of a file are read into which columns of a table.
struct ArrayPlan {
  let file: String
  /// Those of the table.
  let columns: [String]
  /// The arrays that have some of them.
  let parts: [ArrayLayout.Part]
  private let format: TableFormat
  private let extraColumns: [String]
  private let targets: [String: Int]
  /// An array by its number, from its first element on.
  private let open: (Int) throws(Failure) -> (NPYHeader, any ArraySource)

  /// - Parameters:
  ///   - wanted: the columns to read, nil for all.
  ///   - others: what the file holds besides.
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

  func report(rows: Int, bytes: Int, underflows: Int) -> ReadingReport {
    ReadingReport(
      file: file, format: format.rawValue, bytes: bytes, rowsKept: rows, underflows: underflows,
      extraColumns: extraColumns)
  }
}
