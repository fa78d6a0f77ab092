import Threads

/// One reading of a file's rows: several parsers, one table, everything in the order of the file.
final class CSVPass<Value: TableValue> {
  private let feeder: ChunkFeeder
  private let reader: RowReader<Value>
  private var table: TableBuilder<Value>
  private var lines: Int
  private var isFull = false
  private let turns = Turns()
  private(set) var bad = BadRows()
  private(set) var underflows = 0

  /// - Parameter lines: the lines before the first row.
  init(feeder: ChunkFeeder, reader: RowReader<Value>, table: TableBuilder<Value>, lines: Int) {
    (self.feeder, self.reader, self.table, self.lines) = (feeder, reader, table, lines)
  }

  func run(threads: Int, first: ChunkBuffer) {
    Threads.run(max(1, threads)) { thread in
      self.work(thread == 0 ? first : ChunkBuffer(capacity: first.capacity))
    }
  }

  /// The table, if the file was read to its end and is good enough.
  func finish(_ policy: BadRowPolicy, _ input: InputFile) throws(DataError) -> Table<Value> {
    var isDone = false
    defer { if !isDone { table.discard() } }
    if let failure = feeder.failure { throw failure }
    try input.checkUnchanged()
    if isFull {
      throw DataError(
        .badData, file: input.path,
        cause:
          "is larger than memory: \(table.rows) rows fill the \(table.limit >> 20) MiB allowed",
        hint: "use fewer rows, or a machine with more memory")
    }
    try bad.check(policy, good: table.rows, file: input.path)
    guard table.rows > 0 else {
      throw DataError(
        .badData, file: input.path, cause: "has a header and no rows",
        hint: "check that whatever wrote it has finished")
    }
    isDone = true
    return table.finish()
  }

  private func work(_ buffer: ChunkBuffer) {
    let parser = ChunkParser(reader, width: table.columns.count, longestText: buffer.capacity)
    while let chunk = feeder.next(into: buffer) {
      let parsed = parser.parse(buffer.text, chunk)
      turns.take(chunk.number) { add(parsed, parser.values) }
      if chunk.mayBeTorn {
        feeder.giveBack(buffer, from: parsed.end, skipLine: parsed.skipsLine)
      }
    }
  }

  private func add(_ parsed: ParsedChunk, _ values: UnsafeMutableBufferPointer<Value>) {
    if let values = values.baseAddress, !isFull {
      isFull = !table.append(values, rows: parsed.rows)
      if isFull { feeder.stop() }
    }
    bad.append(parsed.bad, after: lines)
    underflows += parsed.underflows
    lines += parsed.lines
  }
}
