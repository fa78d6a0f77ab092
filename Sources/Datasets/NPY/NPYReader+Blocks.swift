import Text

extension NPYReader {
  /// Calls `body` with one block of rows after another, and the number of rows before each.
  ///
  /// An array that has its rows one after the other is read as they are asked for. Where columns
  /// lie one behind the other all must be read before the first row is whole.
  func stream(
    _ plan: ArrayPlan, rowsPerBlock: Int, _ body: @escaping (Table<Value>, Int) throws -> Void
  ) throws -> ReadingReport {
    var sink = RowBlocks<Value>(
      columns: plan.columns, rowsPerBlock: rowsPerBlock, file: plan.file, body)
    defer { sink.discard() }
    let report: ReadingReport
    if let loader = try singleLoader(of: plan) {
      report = try readBlocks(plan, loader, max(1, rowsPerBlock), into: &sink)
    } else {
      report = try readWhole(plan, into: &sink)
    }
    try sink.flush()
    return report
  }

  /// For the one array that has all columns, row after row; nil where there is none.
  private func singleLoader(of plan: ArrayPlan) throws -> ArrayLoader<Value>? {
    guard plan.parts.count == 1, let part = plan.parts.first else { return nil }
    let loader: ArrayLoader<Value> = try plan.loader(of: part)
    return loader.isRowAfterRow ? loader : nil
  }

  private func readWhole(
    _ plan: ArrayPlan, into sink: inout RowBlocks<Value>
  ) throws -> ReadingReport {
    let block = try ArrayBlock<Value>(
      columns: plan.columns, rows: plan.rows, limit: memoryLimit, file: plan.file)
    var bytes = 0
    for part in plan.parts {
      let loader: ArrayLoader<Value> = try plan.loader(of: part)
      try loader.load(into: block)
      bytes += loader.header.dataBytes ?? 0
    }
    var bad = BadRows()
    let good = block.checkRows(&bad)
    try check(bad, good: good, file: plan.file)
    try block.append(good, to: &sink)
    return plan.report(rows: good, bytes: bytes, underflows: block.underflows)
  }

  private func readBlocks(
    _ plan: ArrayPlan, _ loader: ArrayLoader<Value>, _ rowsPerBlock: Int,
    into sink: inout RowBlocks<Value>
  ) throws -> ReadingReport {
    var bad = BadRows()
    var (good, underflows) = (0, 0)
    for start in stride(from: 0, to: plan.rows, by: rowsPerBlock) {
      let block = try ArrayBlock<Value>(
        columns: plan.columns, rows: min(rowsPerBlock, plan.rows - start), limit: memoryLimit,
        file: plan.file)
      try loader.load(rows: block.rows, into: block)
      var found = BadRows()
      let kept = block.checkRows(&found)
      bad.append(found, after: start)
      // Once a row is bad the others are read only to count such rows.
      if bad.count == 0 { try block.append(kept, to: &sink) }
      good += kept
      underflows += block.underflows
    }
    try loader.source.finish()
    try check(bad, good: good, file: plan.file)
    return plan.report(
      rows: good, bytes: loader.header.dataBytes ?? 0, underflows: underflows)
  }

  /// Rows that are handed on as they are read cannot be left out: their numbers say which they are.
  private func check(_ bad: BadRows, good: Int, file: String) throws(Failure) {
    try bad.check(.error, good: good, file: file, offersSkip: false)
    guard good > 0 else { throw ArrayBlock<Value>.noRows(file) }
  }
}
