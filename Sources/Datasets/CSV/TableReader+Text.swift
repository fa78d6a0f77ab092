import Machine
import Text

/// Reads named columns of numbers from CSV text, plain or gzip-compressed.
///
/// The delimiter is a comma, a semicolon, a tab or blanks. A row with a cell that is no finite
/// number is bad, and a bad row is an error or is skipped and counted. The result does not depend
/// on the number of threads.
extension TableReader {
  func readText(_ stream: ByteStream) throws(Failure) -> Reading<Value> {
    let file = stream.file.path
    let limit = memoryLimit
    let reading = try prepare(stream, badRows) {
      TableBuilder<Value>(columns: $0, limit: limit, file: file)
    }
    defer { reading.pass.sink.discard() }
    try run(reading, stream.file)
    try reading.pass.check(stream.file)
    return Reading(table: reading.pass.sink.finish(), report: report(reading, stream.file))
  }

  /// Calls `body` with each block of rows, in order, and the number of rows before it. The calls
  /// may come from different threads, but never at the same time.
  func streamText(
    _ stream: ByteStream, rowsPerBlock: Int, _ body: @escaping (Table<Value>, Int) throws -> Void
  ) throws -> ReadingReport {
    let file = stream.file.path
    let reading = try prepare(stream, badRows) {
      RowBlocks<Value>(columns: $0, rowsPerBlock: rowsPerBlock, file: file, body)
    }
    defer { reading.pass.sink.discard() }
    try run(reading, stream.file)
    try reading.pass.check(stream.file)
    try reading.pass.sink.flush()
    return report(reading, stream.file)
  }

  /// The objects that are made from the header and used until the report.
  private struct Prepared<Sink: RowSink> {
    let pass: CSVPass<Sink>
    let feeder: ChunkFeeder
    let buffer: ChunkBuffer
    let names: [String]
  }

  private func prepare<Sink: RowSink<Value>>(
    _ stream: ByteStream, _ policy: BadRowPolicy, _ makeSink: ([String]) -> Sink
  ) throws(Failure) -> Prepared<Sink> {
    let file = stream.file.path
    let feeder = ChunkFeeder(stream, chunkSize: chunkSize)
    let buffer = ChunkBuffer(capacity: longestRow)
    var header = try readHeader(feeder, buffer, file: file)
    try names.check(header.names, file: file, line: header.line)
    header.names = names.renamed(header.names)
    try checkAny(among: header.names, file: file, line: header.line)
    let wanted = wanted(among: header.names) ?? header.names
    let target = try header.layout(of: wanted, file: file)
    let pass = CSVPass(
      feeder: feeder,
      reader: RowReader<Value>(header: header, target: target, allowsMissing: allowsMissing),
      sink: makeSink(wanted), policy: policy, lines: header.lines)
    return Prepared(pass: pass, feeder: feeder, buffer: buffer, names: header.names)
  }

  private func run<Sink: RowSink>(
    _ prepared: Prepared<Sink>, _ input: InputFile
  ) throws(Sink.Fault) {
    let isSmall = input.bytes.map { $0 < chunkSize } ?? false
    try prepared.pass.run(threads: isSmall ? 1 : threads, first: prepared.buffer)
  }

  private func report<Sink: RowSink>(
    _ prepared: Prepared<Sink>, _ input: InputFile
  ) -> ReadingReport {
    let pass = prepared.pass
    let kept = Set(pass.sink.columns)
    return ReadingReport(
      file: input.path, format: "csv", bytes: prepared.feeder.bytes,
      rowsKept: pass.rows, rowsDropped: pass.bad.count, badRows: pass.bad.first,
      underflows: pass.underflows, extraColumns: prepared.names.filter { !kept.contains($0) })
  }

  /// Reads the header and sets the feeder to the first row.
  private func readHeader(
    _ feeder: ChunkFeeder, _ buffer: ChunkBuffer, file: String
  ) throws(Failure) -> CSVHeader {
    var text = try feeder.extend(buffer)
    while true {
      let header = try CSVHeader.read(
        text, isLast: feeder.atEnd, isFull: buffer.count == buffer.capacity,
        wanted: (columns ?? []) + anyOf + optional + names.inFile, file: file)
      if let header {
        feeder.giveBack(buffer, from: header.end)
        return header
      }
      guard !feeder.atEnd, buffer.count < buffer.capacity else { throw CSVHeader.tooLong(file) }
      text = try feeder.extend(buffer)
    }
  }
}
