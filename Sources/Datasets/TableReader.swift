import Machine
package import Physics
package import Text

/// Reads a table from any file that holds one: CSV, plain or packed by gzip, NPY, or NPZ.
///
/// The first bytes decide which, whatever the file is called.
package struct TableReader<Value: TableValue> {
  /// The columns to read, in the order of the table; nil for all, in the order of the file.
  package var columns: [String]?
  /// Columns that are read behind these where the file has them; it must have one of them.
  package var anyOf: [String] = []
  /// Columns that are read behind the others where the file has them.
  package var optional: [String] = []
  /// Other names that columns have in the file.
  package var names = ColumnNames()
  /// Of momenta and positions in the file; tables are in atomic units.
  package var units = DataUnits()
  /// Whether an array of rows, samples and columns is read as a row for each sample.
  package var joinsSamples = false
  package var badRows = BadRowPolicy.error
  /// Whether a number may be missing: an empty cell, or nan.
  package var allowsMissing = false
  package var threads = CPU.threads
  /// The most bytes of values.
  package var memoryLimit = Memory.tableLimit
  /// Bytes of text parsed at a time.
  package var chunkSize = ChunkFeeder.chunkSize
  /// Bytes of the longest row of text.
  package var longestRow = ChunkFeeder.longestRow
  /// What the arrays `positions` and `momenta`, and the columns of a table without names, are of.
  package var molecule = Molecule.carbonylSulfide

  package init(columns: [String]? = nil, badRows: BadRowPolicy = .error) {
    (self.columns, self.badRows) = (columns, badRows)
  }

  /// Reads the file at `path`; `-` is standard input.
  package func read(_ path: String) throws(Failure) -> Reading<Value> {
    try read(InputFile(path))
  }

  /// Reads what a file of these bytes would hold; messages call it `name`.
  package func read(bytes: [UInt8], name: String) throws(Failure) -> Reading<Value> {
    try read(InputFile(bytes: bytes, name: name))
  }

  /// Calls `body` with one block of rows after another, and the number of rows before each: memory
  /// does not grow with the file.
  ///
  /// Text and arrays that have their rows one after the other are read as rows are asked for; of
  /// other arrays all are read first. A row that cannot be read is an error, but other rows may have
  /// been handed on before it is found. What `body` throws ends the reading. It is never called
  /// twice at the same time, but on any thread.
  package func stream(
    _ path: String, rowsPerBlock: Int, _ body: (Table<Value>, Int) throws -> Void
  ) throws -> ReadingReport {
    try stream(InputFile(path), rowsPerBlock: rowsPerBlock, body)
  }

  /// Streams what a file of these bytes would hold; messages call it `name`.
  package func stream(
    bytes: [UInt8], name: String, rowsPerBlock: Int, _ body: (Table<Value>, Int) throws -> Void
  ) throws -> ReadingReport {
    try stream(InputFile(bytes: bytes, name: name), rowsPerBlock: rowsPerBlock, body)
  }

  private func stream(
    _ input: InputFile, rowsPerBlock: Int, _ body: (Table<Value>, Int) throws -> Void
  ) throws -> ReadingReport {
    try names.check(molecule)
    let stream = try ByteStream(input)
    try refuseForeign(stream)
    let file = stream.file.path
    return try withoutActuallyEscaping(body) { given in
      let body: (Table<Value>, Int) throws -> Void = { table, first in
        try units.convert(table, of: molecule, file: file)
        try given(table, first)
      }
      switch TableFormat(of: stream.start) {
      case .npy: return try self.stream(plan(stream), rowsPerBlock: rowsPerBlock, body)
      case .npz: return try self.stream(plan(input), rowsPerBlock: rowsPerBlock, body)
      case .csv: return try streamText(stream, rowsPerBlock: rowsPerBlock, body)
      }
    }
  }

  /// How many rows the file at `path` has at least, before bad ones are dropped; nil where only
  /// reading all of it tells.
  ///
  /// That is their number in arrays, and in text two thirds of what the length of its first lines
  /// suggests.
  package func leastRows(of path: String) throws(Failure) -> Int? {
    // A pipe can be read once.
    guard Files.isPlain(path) else { return nil }
    let input = try InputFile(path)
    let stream = try ByteStream(input)
    switch TableFormat(of: stream.start) {
    case .npy: return try plan(stream).rows
    case .npz: return try plan(input).rows
    case .csv: return stream.isPacked ? nil : Self.leastRows(stream.start, of: input.bytes ?? 0)
    }
  }

  private static func leastRows(_ start: UnsafeRawBufferPointer, of bytes: Int) -> Int? {
    let lines = start.count { $0 == .lineFeed }
    guard lines > 0 else { return nil }
    return Int(2 * Double(bytes) / Double(start.count) * Double(lines) / 3)
  }

  private func read(_ input: InputFile) throws(Failure) -> Reading<Value> {
    try names.check(molecule)
    let stream = try ByteStream(input)
    try refuseForeign(stream)
    let reading: Reading<Value> =
      switch TableFormat(of: stream.start) {
      case .npy: try load(plan(stream))
      case .npz: try load(plan(input))
      case .csv: try readText(stream)
      }
    try units.convert(reading.table, of: molecule, file: stream.file.path)
    return reading
  }
}

extension TableReader {
  /// Throws for a file of another program, whose bytes would make no good message.
  private func refuseForeign(_ stream: ByteStream) throws(Failure) {
    guard let format = ForeignFormat.begins(stream.start) else { return }
    let path = stream.file.path
    throw Failure(
      file: path, cause: "is \(format.article) \(format.name) file, which is not read",
      hint: format.conversion(of: path))
  }

  /// The columns to read of those that a file has; nil for all.
  func wanted(among names: [String]) -> [String]? {
    let there = Set(names)
    return columns.map { $0 + (anyOf + optional).filter(there.contains) }
  }

  /// Throws if a file has none of the columns of which it must have one.
  func checkAny(among names: [String], file: String, line: Int? = nil) throws(Failure) {
    guard !anyOf.isEmpty, Set(anyOf).isDisjoint(with: names) else { return }
    throw MissingColumns.error(anyOf, of: anyOf, among: names, file: file, line: line)
  }
}

/// The kinds of files that hold tables.
package enum TableFormat: String, CaseIterable, Sendable {
  case csv, npy, npz

  /// Text unless the first bytes are those of another kind.
  init(of start: UnsafeRawBufferPointer) {
    if start.starts(with: NPYHeader.magic) {
      self = .npy
    } else if start.starts(with: [0x50, 0x4B, 3, 4]) || start.starts(with: [0x50, 0x4B, 5, 6]) {
      self = .npz
    } else {
      self = .csv
    }
  }
}
