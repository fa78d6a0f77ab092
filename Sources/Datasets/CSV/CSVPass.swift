import Machine
import Text

/// Reads the rows of a file with several threads and appends them to a sink in order.
final class CSVPass<Sink: RowSink> {
  private let feeder: ChunkFeeder
  private let reader: RowReader<Sink.Value>
  private let policy: BadRowPolicy
  /// The destination of the rows. One thread at a time appends to it.
  var sink: Sink
  private let width: Int
  private var lines: Int
  /// The error of the sink. After it, no more rows are appended.
  private var failure: Sink.Fault?
  private let turns = Turns()
  private(set) var rows = 0
  private(set) var bad = BadRows()
  private(set) var underflows = 0

  /// - Parameter lines: the number of lines before the first row.
  init(
    feeder: ChunkFeeder, reader: RowReader<Sink.Value>, sink: Sink, policy: BadRowPolicy, lines: Int
  ) {
    (self.feeder, self.reader, self.sink) = (feeder, reader, sink)
    (self.policy, self.lines, width) = (policy, lines, sink.columns.count)
  }

  /// Reads to the end of the file, or until the sink throws.
  func run(threads: Int, first: ChunkBuffer) throws(Sink.Fault) {
    Threads.run(max(1, threads)) { thread in
      self.work(thread == 0 ? first : ChunkBuffer(capacity: first.capacity))
    }
    if let failure { throw failure }
  }

  /// Throws if the file could not be read, changed, has too many bad rows, or has no good row.
  func check(_ input: InputFile) throws(Failure) {
    if let failure = feeder.failure { throw failure }
    try input.checkUnchanged()
    try bad.check(policy, good: rows, file: input.path)
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
    // After a bad row that is an error, the other rows are read only to count bad ones.
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
