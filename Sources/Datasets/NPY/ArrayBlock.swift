import Glibc
import Text

/// The memory of a table into which arrays are read before its rows are checked.
final class ArrayBlock<Value: TableValue> {
  let columns: [String]
  let rows: Int
  private let allowsMissing: Bool
  private(set) var underflows = 0
  private var base: UnsafeMutablePointer<Value>?

  /// Allocates zeros, which take no physical memory until they are written.
  init(
    columns: [String], rows: Int, limit: Int, allowsMissing: Bool, file: String
  ) throws(Failure) {
    (self.columns, self.rows, self.allowsMissing) = (columns, rows, allowsMissing)
    let (count, isTooMany) = rows.multipliedReportingOverflow(by: columns.count)
    let size = MemoryLayout<Value>.stride
    guard !isTooMany, count <= limit / size,
      let block = calloc(max(1, count), size)
    else {
      throw Failure(
        file: file,
        cause: "is larger than memory: \(rows) rows of \(columns.count) columns do not fit the "
          + "\(limit >> 20) MiB allowed", hint: "use fewer rows, or a machine with more memory")
    }
    base = block.assumingMemoryBound(to: Value.self)
  }

  deinit { free(base) }

  /// Copies `count` numbers, `step` bytes apart, into a column, beginning at `row`.
  func place(
    _ source: UnsafeRawPointer, isWide: Bool, count: Int, step: Int, column: Int, row: Int
  ) {
    guard let base else { return }
    let width = columns.count
    underflows += Value.functions.place(
      source, isWide, count, step, base + row * width + column, width)
  }

  /// The table of the good rows; throws if `policy` does not allow the bad ones. The table takes
  /// over the memory of the block.
  func finish(
    _ policy: BadRowPolicy, file: String
  ) throws(Failure) -> (table: Table<Value>, bad: BadRows) {
    var bad = BadRows()
    let kept = checkRows(&bad)
    try bad.check(policy, good: kept, file: file)
    guard kept > 0 else { throw Self.noRows(file) }
    let count = kept * columns.count
    // A block that shrinks is not copied.
    let block = realloc(base, count * MemoryLayout<Value>.stride)
    let values = block?.assumingMemoryBound(to: Value.self) ?? base
    base = nil
    let buffer = UnsafeMutableBufferPointer(start: values, count: count)
    return (Table(columns: columns, rows: kept, owning: buffer), bad)
  }

  /// Appends the first `rows` rows to a sink.
  func append<Sink: RowSink<Value>>(_ rows: Int, to sink: inout Sink) throws(Sink.Fault) {
    if let base, rows > 0 { try sink.append(base, rows: rows) }
  }

  static func noRows(_ file: String) -> Failure {
    Failure(
      file: file, cause: "has columns and no rows",
      hint: "check that whatever wrote it has finished")
  }

  /// Removes the bad rows and returns the number of good ones.
  func checkRows(_ bad: inout BadRows) -> Int {
    guard let base else { return 0 }
    let width = columns.count
    var (row, kept) = (0, 0)
    while row < rows {
      let good = goodNumbers(base + row * width, (rows - row) * width)
      let whole = good / width
      if kept < row {
        (base + kept * width).update(from: base + row * width, count: whole * width)
      }
      row += whole
      kept += whole
      guard row < rows else { break }
      let column = good % width
      bad.append(
        BadRow(
          line: row + 1, unit: .row, column: Quotation.bare(columns[column].utf8),
          cause: Self.cause(base[row * width + column])))
      row += 1
    }
    return kept
  }

  private func goodNumbers(_ values: UnsafePointer<Value>, _ count: Int) -> Int {
    var good = Value.functions.finite(values, count)
    while allowsMissing, good < count, values[good].isNaN,
      !Value.functions.isTooLarge(values[good])
    {
      good += 1
      good += Value.functions.finite(values + good, count - good)
    }
    return good
  }

  private static func cause(_ value: Value) -> String {
    let functions = Value.functions
    if functions.isTooLarge(value) { return "the number is too large for a \(functions.name)" }
    let name = value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
    return "\(name) is not a finite number"
  }
}
