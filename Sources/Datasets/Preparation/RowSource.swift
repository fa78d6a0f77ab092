import Machine

/// Rows of numbers, each computed when it is asked for.
package struct RowSource: Sendable {
  package let columns: [String]
  package let rows: Int
  /// Writes a row.
  package let read: @Sendable (Int, UnsafeMutableBufferPointer<Double>) -> Void

  package init(
    columns: [String], rows: Int,
    read: @escaping @Sendable (Int, UnsafeMutableBufferPointer<Double>) -> Void
  ) { (self.columns, self.rows, self.read) = (columns, rows, read) }

  /// Some columns of some rows of a table, in the orders given.
  package init(_ table: Table<Float>, columns: [Int], rows: [UInt32]? = nil) {
    nonisolated(unsafe) let table = table
    self.init(columns: columns.map { table.columns[$0] }, rows: rows?.count ?? table.rows) {
      (number, target) in
      let start = (rows.map { Int($0[number]) } ?? number) * table.width
      for k in columns.indices { target[k] = Double(table.values[start + columns[k]]) }
    }
  }

  /// The same rows with some of the columns.
  package func selecting(_ chosen: [Int]) -> RowSource {
    if chosen == Array(columns.indices) { return self }
    let (read, width) = (read, columns.count)
    return RowSource(columns: chosen.map { columns[$0] }, rows: rows) { number, target in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { row in
        read(number, row)
        for k in chosen.indices { target[k] = row[chosen[k]] }
      }
    }
  }

  /// The statistics of every column; the same bits on any number of threads.
  package func statistics(threads: Int) -> [ColumnStatistics] {
    let width = columns.count
    let empty = [ColumnStatistics](repeating: ColumnStatistics(), count: width)
    return ParallelParts.run(parts, threads: threads) { part in
      var found = empty
      forEachRow(of: part) { _, row in
        for c in 0..<width { found[c].add(row[c]) }
      }
      return found
    }.reduce(into: empty) { all, part in
      for c in 0..<width { all[c].add(part[c]) }
    }
  }

  /// Rows that a thread takes at a time.
  static let part = 16_384
  var parts: Int { (rows + Self.part - 1) / Self.part }

  /// Calls `body` with the number and the values of each row of a part.
  func forEachRow(of part: Int, _ body: (Int, UnsafeMutableBufferPointer<Double>) -> Void) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: columns.count) { row in
      for number in part * Self.part..<min(rows, (part + 1) * Self.part) {
        read(number, row)
        body(number, row)
      }
    }
  }
}
