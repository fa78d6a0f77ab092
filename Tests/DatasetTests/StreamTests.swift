import Glibc
import Machine
import Testing
import Text

@testable import Datasets

/// Tables a block at a time.
@Suite struct StreamTests {
  private static let names = ["pcx", "cx"]
  private static let rows = 1000

  private struct Stopped: Error {}

  /// What a stream hands on: all values, the rows of each block, and the report.
  private func stream(
    _ file: TemporaryFile, rowsPerBlock: Int, threads: Int = 1, chunkSize: Int = 256,
    stopAfter: Int = .max
  ) throws -> (values: [Float], blocks: [Int], report: ReadingReport) {
    var reader = TableReader<Float>(columns: Self.names)
    (reader.threads, reader.chunkSize) = (threads, chunkSize)
    var values: [Float] = []
    var blocks: [Int] = []
    let report = try reader.stream(file.path, rowsPerBlock: rowsPerBlock) { table, first in
      #expect(first * 2 == values.count && table.columns == Self.names)
      if blocks.count == stopAfter { throw Stopped() }
      values += Array(table.values)
      blocks.append(table.rows)
    }
    withExtendedLifetime(file) {}
    return (values, blocks, report)
  }

  private static let text =
    "cx,other,pcx\n" + (0..<rows).map { "\($0),x,\(Double($0) / 8)\n" }.joined()
  private static let expected: [Float] = (0..<rows).flatMap { [Float($0) / 8, Float($0)] }

  private static let flat: [Double] = (0..<rows).flatMap { (i: Int) -> [Double] in
    [Double(i), 7, Double(i) / 8]
  }
  private static let columns: [Double] = (0..<3).flatMap { c in (0..<rows).map { flat[3 * $0 + c] }
  }

  /// The array `columns` of an NPZ file.
  private static let columnNames =
    NPYHeader(.text(5), shape: [3]).bytes
    + ["cx", "other", "pcx"].flatMap { name in
      let scalars = name.unicodeScalars.map(\.value)
      return (scalars + [UInt32](repeating: 0, count: 5 - scalars.count)).flatMap {
        LittleEndian.bytes($0)
      }
    }

  /// The same rows in files of every kind, and whether one has to be read whole.
  private static func files() throws -> [TemporaryFile] {
    let rowWise = ArrayFile.npy(flat, shape: [rows, 3])
    let fortran = ArrayFile.npy(
      ArrayFile.dictionary("<f8", "(\(rows), 3)", fortran: true),
      columns.flatMap { LittleEndian.bytes($0.bitPattern) })
    let single = [0, 2].map { c in
      ArrayFile.npy((0..<rows).map { flat[3 * $0 + c] }, shape: [rows])
    }
    return [
      TemporaryFile(text),
      TemporaryFile(try ArrayFile.npz([("data.npy", rowWise), ("columns.npy", columnNames)])),
      TemporaryFile(try ArrayFile.npz([("columns.npy", columnNames), ("data.npy", fortran)])),
      TemporaryFile(try ArrayFile.npz([("cx.npy", single[0]), ("pcx.npy", single[1])])),
    ]
  }

  @Test("blocks are the rows of the file, whatever its kind, their size and the threads")
  func blocks() throws {
    for file in try Self.files() {
      for (rowsPerBlock, threads) in [(1, 1), (7, 3), (999, 2), (1000, 2), (5000, 3)] {
        let (values, blocks, report) = try stream(
          file, rowsPerBlock: rowsPerBlock, threads: threads)
        #expect(values == Self.expected)
        #expect(blocks.dropLast().allSatisfy { $0 == rowsPerBlock })
        #expect(blocks.count == (Self.rows + rowsPerBlock - 1) / rowsPerBlock)
        #expect(report.rowsKept == Self.rows && report.rowsDropped == 0)
      }
    }
  }

  @Test("an NPY file, and text with quotes, too")
  func others() throws {
    // Columns without names are in the order of the molecule.
    let pairs = (0..<Self.rows).flatMap { [Double($0), Double($0) / 8] }
    let array = TemporaryFile(ArrayFile.npy(pairs, shape: [Self.rows, 2]))
    #expect(try stream(array, rowsPerBlock: 33).values == Self.expected)
    let quoted = TemporaryFile(Self.text.replacing(",x,", with: ",\"x\ny\","))
    #expect(try stream(quoted, rowsPerBlock: 33, threads: 3).values == Self.expected)
  }

  @Test("the report is that of reading at once")
  func report() throws {
    for file in try Self.files() {
      let whole = try TableReader<Float>(columns: Self.names).read(file.path).report
      #expect(try stream(file, rowsPerBlock: 64).report == whole)
    }
  }

  @Test("an error of the body ends reading, with any number of threads", arguments: [1, 2, 4])
  func thrown(threads: Int) throws {
    for file in try Self.files() {
      for blocks in [0, 1, 3] {
        #expect(throws: Stopped.self) {
          _ = try stream(file, rowsPerBlock: 50, threads: threads, stopAfter: blocks)
        }
      }
    }
  }

  @Test("bad rows can be skipped, from text and from arrays", arguments: [10, 10_000])
  func skipped(_ rowsPerBlock: Int) throws {
    let text = Self.text.replacing("500,x,62.5", with: "500,x,nan")
    var numbers = Self.flat
    numbers[3 * 500 + 2] = .nan
    let rows = ArrayFile.npy(numbers, shape: [Self.rows, 3])
    for file in [
      TemporaryFile(text),
      TemporaryFile(try ArrayFile.npz([("data.npy", rows), ("columns.npy", Self.columnNames)])),
    ] {
      var reader = TableReader<Float>(columns: Self.names, badRows: .skip)
      (reader.threads, reader.chunkSize) = (2, 256)
      var count = 0
      let report = try reader.stream(file.path, rowsPerBlock: rowsPerBlock) { table, first in
        #expect(first == count)
        count += table.rows
      }
      #expect(count == 999 && report.rowsKept == 999 && report.rowsDropped == 1)
      #expect(report.notes.contains { $0.contains("1 of 1000 rows dropped") })
    }
  }

  @Test("a bad row is an error, and no later row is delivered")
  func badRow() throws {
    let text = Self.text.replacing("500,x,62.5", with: "500,x,nan")
    var numbers = Self.flat
    numbers[3 * 500 + 2] = .nan
    let array = ArrayFile.npy(numbers, shape: [Self.rows, 3])
    let files = [
      TemporaryFile(text),
      TemporaryFile(
        try ArrayFile.npz([("data.npy", array), ("columns.npy", Self.columnNames)])),
    ]
    for (file, place) in zip(files, [":502: column pcx: 'nan'", ": row 501, column pcx: nan"]) {
      var reader = TableReader<Float>(columns: Self.names)
      (reader.threads, reader.chunkSize) = (2, 256)
      var rows = 0
      let error = #expect(throws: Failure.self) {
        _ = try reader.stream(file.path, rowsPerBlock: 10) { table, _ in rows += table.rows }
      }
      #expect(error?.message.hasPrefix(file.path + place) == true, "\(error?.message ?? "")")
      #expect(error?.hint == "--on-bad-row skip drops such rows (1 of 1000 rows is bad)")
      #expect(rows <= 500)
    }
  }

  @Test("a file without rows is an error")
  func empty() throws {
    for (bytes, cause) in [
      (Array("cx,pcx\n".utf8), "has a header and no rows"), ([], "is empty"),
      (Array("cx,pcy\n1,2\n".utf8), "is missing"),
      (ArrayFile.npy([], shape: [0, 2]), "has columns and no rows"),
    ] {
      let error = #expect(throws: Failure.self) {
        _ = try stream(TemporaryFile(bytes), rowsPerBlock: 10)
      }
      #expect(error?.message.hasSuffix(": \(cause)") == true)
    }
  }
}
