/// Where the rows of a file go, in the order of the file.
protocol RowSink<Value> {
  associatedtype Value: TableValue
  associatedtype Fault: Error

  /// The columns of a row.
  var columns: [String] { get }

  /// Takes whole rows. What it throws ends the reading.
  mutating func append(_ values: UnsafePointer<Value>, rows: Int) throws(Fault)
}

/// Hands rows on in tables of a fixed number of rows, so that memory does not grow with the file.
struct RowBlocks<Value: TableValue>: RowSink {
  private let rowsPerBlock: Int
  private let file: String
  private let body: (Table<Value>, Int) throws -> Void
  private var block: TableBuilder<Value>
  /// Rows in the blocks that were handed on.
  private var handedOn = 0

  var columns: [String] { block.columns }

  /// - Parameter body: gets a block, and the number of rows before it.
  init(
    columns: [String], rowsPerBlock: Int, file: String,
    _ body: @escaping (Table<Value>, Int) throws -> Void
  ) {
    (self.rowsPerBlock, self.file, self.body) = (max(1, rowsPerBlock), file, body)
    block = TableBuilder(columns: columns, limit: .max, file: file)
  }

  mutating func append(_ values: UnsafePointer<Value>, rows: Int) throws {
    var done = 0
    while done < rows {
      let count = min(rows - done, rowsPerBlock - block.rows)
      try block.append(values + done * columns.count, rows: count)
      done += count
      if block.rows == rowsPerBlock { try flush() }
    }
  }

  /// Hands on the rows that do not fill a block.
  mutating func flush() throws {
    guard block.rows > 0 else { return }
    let table = block.finish()
    block = TableBuilder(columns: columns, limit: .max, file: file)
    let first = handedOn
    handedOn += table.rows
    table.firstRow = first
    try body(table, first)
  }

  /// Lets go of the rows that were not handed on.
  mutating func discard() { block.discard() }
}
