import Machine
import Physics
import Text

/// Reads tables of numbers from NPY and NPZ files.
///
/// In an NPZ file the columns are one-dimensional arrays with their names, or the arrays
/// `positions` and `momenta`, or a table with an array `columns` of names. A table without names
/// must consist of the wanted columns, or of positions and then momenta.
extension TableReader {
  /// Plans the reading of an NPY file.
  func plan(_ stream: ByteStream) throws(Failure) -> ArrayPlan {
    let source = WholeFileSource(stream)
    let head = joined(try NPYHeader.read(source))
    guard head.shape.count == 2, head.matrix != nil else {
      throw NPYRefusal.shape(head, source.place)
    }
    let (layout, wanted) = try layout(
      of: [StoredArray(name: "", header: .success(head))], names: nil, file: source.place.file)
    return ArrayPlan(
      layout, wanted: wanted, file: stream.file.path, format: .npy, others: []
    ) { _ in (head, source) }
  }

  /// Plans the reading of an NPZ file.
  func plan(_ input: InputFile) throws(Failure) -> ArrayPlan {
    let archive = try ArrayArchive(input)
    let columns = try archive.names()
    try names.check(archive.arrays.map(\.name) + (columns ?? []), file: archive.file)
    let arrays = zip(archive.arrays, names.renamed(archive.arrays.map(\.name))).map {
      StoredArray(name: $1, header: $0.header.map(joined))
    }
    let (layout, wanted) = try layout(
      of: arrays, names: columns.map(names.renamed), file: archive.file)
    return ArrayPlan(
      layout, wanted: wanted, file: input.path, format: .npz,
      others: layout.others.map { archive.arrays[$0].name } + archive.strangers
    ) { (array) throws(Failure) in
      let (header, source) = try archive.open(array)
      return (joined(header), source)
    }
  }

  private func joined(_ header: NPYHeader) -> NPYHeader {
    joinsSamples ? header.joiningSamples : header
  }

  /// The layout of the arrays, and the wanted columns with the optional ones that the file has.
  private func layout(
    of arrays: [StoredArray], names: [String]?, file: String
  ) throws(Failure) -> (layout: ArrayLayout, wanted: [String]?) {
    let layout = try ArrayLayout(
      arrays, names: names, wanted: columns, molecule: molecule, file: file)
    try checkAny(among: layout.columns, file: file)
    guard let columns, let wanted = wanted(among: layout.columns), wanted != columns else {
      return (layout, columns)
    }
    return (
      try ArrayLayout(arrays, names: names, wanted: wanted, molecule: molecule, file: file), wanted
    )
  }

  /// Reads the elements of all arrays, and returns them with their size in the file.
  private func filledBlock(
    _ plan: ArrayPlan
  ) throws(Failure) -> (block: ArrayBlock<Value>, bytes: Int) {
    let block = try ArrayBlock<Value>(
      columns: plan.columns, rows: plan.rows, limit: memoryLimit,
      allowsMissing: allowsMissing, file: plan.file)
    var bytes = 0
    for part in plan.parts {
      let loader: ArrayLoader<Value> = try plan.loader(of: part)
      try loader.load(into: block)
      bytes += loader.header.dataBytes ?? 0
    }
    return (block, bytes)
  }

  /// Reads all rows.
  func load(_ plan: ArrayPlan) throws(Failure) -> Reading<Value> {
    let (block, bytes) = try filledBlock(plan)
    let (table, bad) = try block.finish(badRows, file: plan.file)
    return Reading(
      table: table,
      report: plan.report(
        rows: table.rows, bytes: bytes, underflows: block.underflows, bad: bad))
  }

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
    let (block, bytes) = try filledBlock(plan)
    var bad = BadRows()
    let good = block.checkRows(&bad)
    try check(bad, good: good, file: plan.file)
    try block.append(good, to: &sink)
    return plan.report(rows: good, bytes: bytes, underflows: block.underflows, bad: bad)
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
        allowsMissing: allowsMissing, file: plan.file)
      try loader.load(rows: block.rows, into: block)
      var found = BadRows()
      let kept = block.checkRows(&found)
      bad.append(found, after: start)
      // After a bad row, the other rows are read only to count bad ones.
      if bad.count == 0 || badRows == .skip { try block.append(kept, to: &sink) }
      good += kept
      underflows += block.underflows
    }
    try loader.source.finish()
    try check(bad, good: good, file: plan.file)
    return plan.report(
      rows: good, bytes: loader.header.dataBytes ?? 0, underflows: underflows, bad: bad)
  }

  private func check(_ bad: BadRows, good: Int, file: String) throws(Failure) {
    try bad.check(badRows, good: good, file: file)
    guard good > 0 else { throw ArrayBlock<Value>.noRows(file) }
  }
}
