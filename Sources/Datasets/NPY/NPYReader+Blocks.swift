import Text

extension NPYReader {
  /// Calls `body` with each block of rows, in order, and the number of rows before it.
  ///
  /// One row-major array is read block by block. Column-major arrays, and several arrays, are read
  /// completely before the first call.
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

  /// The loader of a single row-major array with all columns; nil if the file has no such array.
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
      // After a bad row, the other rows are read only to count bad ones.
      if bad.count == 0 { try block.append(kept, to: &sink) }
      good += kept
      underflows += block.underflows
    }
    try loader.source.finish()
    try check(bad, good: good, file: plan.file)
    return plan.report(
      rows: good, bytes: loader.header.dataBytes ?? 0, underflows: underflows)
  }

  /// Bad rows are always an error here: skipping one would change the numbers of the rows after it.
  private func check(_ bad: BadRows, good: Int, file: String) throws(Failure) {
    try bad.check(.error, good: good, file: file, offersSkip: false)
    guard good > 0 else { throw ArrayBlock<Value>.noRows(file) }
  }
}
