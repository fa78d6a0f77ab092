import CText
import Machine
package import Text

/// Reads numbers under named columns from text: comma, semicolon, tab or blanks; plain or gzip.
///
/// Nothing is converted silently: a cell that is no finite number makes its row bad, and a bad row
/// is an error or is counted. Several threads parse, and everything is as if one had.
package struct CSVReader<Value: TableValue> {
  /// The columns to read, in the order of the table; nil for all, in the order of the file.
  package var columns: [String]?
  /// The names of the columns of a file that has no header.
  package var header: [String]?
  /// Columns that are read behind the others where the file has them.
  var optional: [String] = []
  package var badRows = BadRowPolicy.error
  package var threads = CPU.threads
  /// The most bytes of values.
  package var memoryLimit = Memory.tableLimit
  /// Text parsed at a time; tests make it small.
  var chunkSize = ChunkFeeder.chunkSize
  /// Bytes of the longest row; fuzzing makes it small, as each thread has a buffer of this size.
  var longestRow = ChunkFeeder.longestRow

  package init(columns: [String]? = nil, badRows: BadRowPolicy = .error) {
    (self.columns, self.badRows) = (columns, badRows)
  }

  /// Reads the file at `path`; `-` is standard input.
  package func read(_ path: String) throws(Failure) -> Reading<Value> {
    let input = try InputFile(path)
    return try read(ByteStream(input))
  }

  func read(_ stream: ByteStream) throws(Failure) -> Reading<Value> {
    let file = stream.file.path
    let limit = memoryLimit
    let reading = try prepare(stream) { TableBuilder<Value>(columns: $0, limit: limit, file: file) }
    defer { reading.pass.sink.discard() }
    try run(reading, stream.file)
    try reading.pass.check(stream.file)
    return Reading(table: reading.pass.sink.finish(), report: report(reading, stream.file))
  }

  /// Calls `body` with one block of rows after another, and the number of rows before each; never
  /// at the same time, but on any thread.
  func stream(
    _ stream: ByteStream, rowsPerBlock: Int, _ body: @escaping (Table<Value>, Int) throws -> Void
  ) throws -> ReadingReport {
    let file = stream.file.path
    let reading = try prepare(stream) {
      RowBlocks<Value>(columns: $0, rowsPerBlock: rowsPerBlock, file: file, body)
    }
    defer { reading.pass.sink.discard() }
    try run(reading, stream.file)
    try reading.pass.check(stream.file, offersSkip: false)
    try reading.pass.sink.flush()
    return report(reading, stream.file)
  }

  /// What reading needs between the header and the report.
  private struct Prepared<Sink: RowSink> {
    let pass: CSVPass<Sink>
    let feeder: ChunkFeeder
    let buffer: ChunkBuffer
    let names: [String]
  }

  private func prepare<Sink: RowSink<Value>>(
    _ stream: ByteStream, _ makeSink: ([String]) -> Sink
  ) throws(Failure) -> Prepared<Sink> {
    let file = stream.file.path
    let feeder = ChunkFeeder(stream, chunkSize: chunkSize)
    let buffer = ChunkBuffer(capacity: longestRow)
    let header = try readHeader(feeder, buffer, file: file)
    let wanted = columns.map { $0 + optional.filter(header.names.contains) } ?? header.names
    let target = try header.layout(of: wanted, file: file)
    let pass = CSVPass(
      feeder: feeder, reader: RowReader<Value>(header: header, target: target),
      sink: makeSink(wanted), policy: badRows, lines: header.lines)
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

  /// The names of the columns of the file at `path`.
  package static func columns(of path: String) throws(Failure) -> [String] {
    let input = try InputFile(path)
    let feeder = ChunkFeeder(try ByteStream(input))
    let buffer = ChunkBuffer(capacity: ChunkFeeder.longestRow)
    return try CSVReader().readHeader(feeder, buffer, file: input.path).names
  }

  /// The header, with the feeder set to the first row.
  private func readHeader(
    _ feeder: ChunkFeeder, _ buffer: ChunkBuffer, file: String
  ) throws(Failure) -> CSVHeader {
    var text = try feeder.extend(buffer)
    while true {
      let header = try CSVHeader.read(
        text, isLast: feeder.atEnd, isFull: buffer.count == buffer.capacity,
        wanted: columns ?? self.header ?? [], file: file)
      if var header {
        try rename(&header, file: file)
        feeder.giveBack(buffer, from: header.end)
        return header
      }
      guard !feeder.atEnd, buffer.count < buffer.capacity else { throw CSVHeader.tooLong(file) }
      text = try feeder.extend(buffer)
    }
  }

  /// Gives the columns of a file without a header their names; its first row is a row.
  private func rename(_ found: inout CSVHeader, file: String) throws(Failure) {
    guard let header else { return }
    guard header.count == found.names.count else {
      throw Failure(
        file: file, line: found.line,
        cause: "the first row has \(found.names.count) fields, \(header.count) names were given",
        hint: "give one name for each column of the file")
    }
    found.names = header
    (found.end, found.lines) = (found.start, found.line - 1)
  }
}
