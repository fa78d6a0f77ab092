import Datasets
import Glibc
import Machine
import Text

/// Feeds bytes to the readers of tables, and stops the program where they contradict themselves.
///
/// Crashes are found by the sanitizers; here is what must hold besides: the same bytes read the same
/// in any chunks and by any number of threads, a block at a time as well as at once, and what was
/// read is read back from what the writers make of it.
func checkTable(_ bytes: [UInt8], isText: Bool) {
  // One question for each input: others that are alike get the other questions.
  let choice = bytes.reduce(into: 0) { $0 = ($0 &* 31 &+ Int($1)) & 0xFFFF }
  if choice & 1 == 0 {
    check(bytes, isText: isText, choice >> 1, as: Float.self)
  } else {
    check(bytes, isText: isText, choice >> 1, as: Double.self)
  }
}

/// In memory: the writers wait for disks.
private let scratch = "/dev/shm/implode-fuzz-\(getpid())"

private func check<Value: TableValue>(
  _ bytes: [UInt8], isText: Bool, _ choice: Int, as type: Value.Type
) {
  let columns = [nil, ["cx"], ["pcx", "cx"], molecule][choice & 3]
  var reader = TableReader<Value>(columns: columns, badRows: .skip)
  (reader.threads, reader.memoryLimit) = (1, 1 << 24)
  reader.longestRow = 1 << 15
  let outcome = Outcome(reader, bytes)
  if isText {
    for (chunkSize, threads) in [(1, 1), (7, 2), (64, 3)] {
      (reader.chunkSize, reader.threads) = (chunkSize, threads)
      let other = Outcome(reader, bytes)
      // Of a damaged gzip file either the damage or the text before it is seen first.
      let bothFail = other.error != nil && outcome.error != nil && bytes.first == 0x1F
      require(
        bothFail || other == outcome,
        "chunks of \(chunkSize), \(threads) threads: \(other), not \(outcome)")
    }
  }
  reader.badRows = .error
  let strict = Outcome(reader, bytes)
  if strict.values != nil { require(strict == outcome, "the policy changes good rows") }
  for rowsPerBlock in [1, 3, 1000] {
    let streamed = Outcome(reader, bytes, rowsPerBlock: rowsPerBlock)
    // A row that must not be bad has another hint where rows cannot be left out.
    require(
      streamed == strict || streamed.error != nil && strict.error != nil,
      "blocks of \(rowsPerBlock): \(streamed), not \(strict)")
  }
  if let values = outcome.values, outcome.columns.allSatisfy(isPlain) {
    rewrite(values, outcome.columns, as: type)
  }
}

private let molecule =
  [
    "cx", "cy", "cz", "ox", "oy", "oz", "sx", "sy", "sz", "pcx", "pcy", "pcz", "pox", "poy", "poz",
    "psx", "psy", "psz",
  ]

/// All that a reading is.
private struct Outcome: Equatable {
  var columns: [String] = []
  var values: [Double]?
  var report: ReadingReport?
  var error: Failure?

  init<Value: TableValue>(_ reader: TableReader<Value>, _ bytes: [UInt8]) {
    do throws(Failure) {
      let reading = try reader.read(bytes: bytes, name: "input")
      columns = reading.table.columns
      values = reading.table.values.map { Double($0) }
      report = reading.report
      let isWhole = values?.count == reading.table.rows * columns.count
      require(isWhole && reading.table.rows == reading.report.rowsKept, "rows are lost")
      require(values?.allSatisfy(\.isFinite) == true, "a value is not finite")
    } catch {
      self.error = error
      require(!error.message.contains("\n") && !error.hint.isEmpty, "the message is no message")
    }
  }
}

extension Outcome {
  /// That of reading a block at a time.
  fileprivate init<Value: TableValue>(
    _ reader: TableReader<Value>, _ bytes: [UInt8], rowsPerBlock: Int
  ) {
    var (columns, values) = ([String](), [Double]())
    do {
      report = try reader.stream(bytes: bytes, name: "input", rowsPerBlock: rowsPerBlock) {
        (table, first) in
        require(first * table.width == values.count, "rows are lost between blocks")
        columns = table.columns
        values += table.values.map { Double($0) }
      }
      (self.columns, self.values) = (columns, values)
    } catch {
      self.error = error as? Failure
      require(self.error != nil, "\(error) is no error of data")
    }
  }
}

/// Whether a header can hold the name as it is.
private func isPlain(_ name: String) -> Bool {
  !name.isEmpty && name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) }
}

private func rewrite<Value: TableValue>(
  _ values: [Double], _ columns: [String], as type: Value.Type
) {
  for name in ["\(scratch).npz", "\(scratch).csv"] {
    defer { unlink(name) }
    do throws(Failure) {
      let rows = values.count / columns.count
      let writer = try TableWriter(name, columns: columns, rows: rows)
      try writer.append(values)
      try writer.close()
      let table = try TableReader<Value>(columns: columns).read(name).table
      let back = table.values.map { Double($0).bitPattern }
      require(back == values.map(\.bitPattern), "\(name) reads back as something else")
    } catch {
      require(false, "what was read cannot be written and read again: \(error)")
    }
  }
}
