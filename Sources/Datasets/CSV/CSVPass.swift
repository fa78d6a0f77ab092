import Machine
import Text

/// One reading of a file's rows: several parsers, one sink, everything in the order of the file.
final class CSVPass<Sink: RowSink> {
  private let feeder: ChunkFeeder
  private let reader: RowReader<Sink.Value>
  private let policy: BadRowPolicy
  /// What the rows are appended to, by one thread at a time.
  var sink: Sink
  private let width: Int
  private var lines: Int
  /// What the sink threw; it gets no more rows.
  private var failure: Sink.Fault?
  private let turns = Turns()
  private(set) var rows = 0
  private(set) var bad = BadRows()
  private(set) var underflows = 0

  /// - Parameter lines: the lines before the first row.
  init(
    feeder: ChunkFeeder, reader: RowReader<Sink.Value>, sink: Sink, policy: BadRowPolicy, lines: Int
  ) {
    (self.feeder, self.reader, self.sink) = (feeder, reader, sink)
    (self.policy, self.lines, width) = (policy, lines, sink.columns.count)
  }

  /// Reads to the end, or until the sink fails.
  func run(threads: Int, first: ChunkBuffer) throws(Sink.Fault) {
    Threads.run(max(1, threads)) { thread in
      self.work(thread == 0 ? first : ChunkBuffer(capacity: first.capacity))
    }
    if let failure { throw failure }
  }

  /// Throws unless the file was read to its end and is good enough.
  ///
  /// - Parameter offersSkip: Whether the user could have had bad rows left out.
  func check(_ input: InputFile, offersSkip: Bool = true) throws(Failure) {
    if let failure = feeder.failure { throw failure }
    try input.checkUnchanged()
    try bad.check(policy, good: rows, file: input.path, offersSkip: offersSkip)
    guard rows > 0 else {
      throw Failure(
        file: input.path, cause: "has a header and no rows",
        hint: "check that whatever wrote it has finished")
    }
  }

  private func work(_ buffer: ChunkBuffer) {
    let parser = ChunkParser(reader, width: width, longestText: buffer.capacity)
    while let chunk = feeder.next(into: buffer) {
      let parsed = parser.parse(buffer.text, chunk)
      turns.take(chunk.number) { add(parsed, parser.values) }
      if chunk.mayBeTorn {
        feeder.giveBack(buffer, from: parsed.end, skipLine: parsed.skipsLine)
      }
    }
  }

  private func add(_ parsed: ParsedChunk, _ values: UnsafeMutableBufferPointer<Sink.Value>) {
    bad.append(parsed.bad, after: lines)
    underflows += parsed.underflows
    lines += parsed.lines
    rows += parsed.rows
    // Once a row is bad that must not be, the others are read only to count such rows.
    let isLost = policy == .error && bad.count > 0
    guard let values = values.baseAddress, failure == nil, !isLost else { return }
    do throws(Sink.Fault) {
      try sink.append(values, rows: parsed.rows)
    } catch {
      failure = error
      feeder.stop()
    }
  }
}
