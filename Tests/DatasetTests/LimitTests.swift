import Machine
import Testing
import Text

@testable import Datasets

/// Files that are larger, longer or less still than files should be.
@Suite struct LimitTests {
  private let names = ["cx", "oy"]

  private func failure(
    _ file: TemporaryFile, _ adjust: (inout TableReader<Float>) -> Void = { _ in }
  )
    -> Failure?
  {
    var reader = TableReader<Float>(columns: names)
    adjust(&reader)
    return #expect(throws: Failure.self) { _ = try reader.read(file) }
  }

  @Test("a line that is too long is one bad row; the other rows are read")
  func longLine() throws {
    let long = String(repeating: "7", count: 5 << 20)
    let good = String(repeating: "1,2\n", count: 300)
    let file = TemporaryFile("cx,oy\n\(good)\(long)\n3,4\n")
    #expect(failure(file)?.message == "\(file.path):302: the row is longer than 2 MiB")
    let reading = try TableReader<Float>(columns: names, badRows: .skip).read(file)
    #expect(reading.report.rowsKept == 301 && reading.report.rowsDropped == 1)
    #expect(reading.table[300, 1] == 4)
  }

  @Test("a quote that opens and never closes takes its line, not the file")
  func openQuote() throws {
    let good = String(repeating: "1,2\n", count: 1 << 20)
    let file = TemporaryFile("cx,oy\n1,2\n\"\(good)")
    #expect(
      failure(file)?.message == "\(file.path):3: a quote is not closed within 2 MiB")
    let reading = try TableReader<Float>(columns: names, badRows: .skip).read(file)
    #expect(reading.report.rowsKept == 1 << 20)
  }

  @Test("an unterminated header, and a header of very many columns")
  func longHeader() throws {
    let endless = TemporaryFile(String(repeating: "a", count: 3 << 20))
    let message = "\(endless.path): has no end of its first line within 2 MiB"
    #expect(failure(endless)?.message == message)
    let many = (0..<200_000).map { "c\($0)" }.joined(separator: ",")
    #expect(failure(TemporaryFile("\(many)\n1\n"))?.message.hasSuffix("cx, oy are missing") == true)
    let wide = "\(many),cx,oy\n" + String(repeating: "1,", count: 200_000) + "5,6\n"
    let table = try TableReader<Float>(columns: names).read(TemporaryFile(wide)).table
    #expect(Array(table.values) == [5, 6])
  }

  @Test("a table that does not fit memory is refused while it is read")
  func memory() {
    let file = TemporaryFile("cx,oy\n" + String(repeating: "1,2\n", count: 1 << 20))
    let error = failure(file) { $0.memoryLimit = 1 << 20 }
    #expect(error?.message.hasPrefix("\(file.path): is larger than memory: ") == true)
    #expect(error?.hint == "use fewer rows, or a machine with more memory")
  }

  @Test("a file that changes while it is read is noticed")
  func changes() throws {
    let file = TemporaryFile("cx,oy\n1,2\n3,4\n")
    let stream = try ByteStream(InputFile(file.path))
    file.write(Array("cx,oy\n1,2\n".utf8))
    let error = #expect(throws: Failure.self) {
      _ = try TableReader<Float>(columns: names).readText(stream)
    }
    #expect(error?.message == "\(file.path): changed while it was read (from 14 to 10 bytes)")
  }

  @Test("reading many small files with threads and quotes does not deadlock")
  func endings() throws {
    for rows in 0..<40 {
      for ending in ["", "\n", "\"", "\"\n", "\"5\",6\n", "\r"] {
        let text = "cx,oy\n" + String(repeating: "1,\"2\"\n", count: rows) + ending
        let file = TemporaryFile(text)
        var reader = TableReader<Float>(columns: names, badRows: .skip)
        (reader.threads, reader.chunkSize) = (3, 16)
        let read = try? reader.read(file).table.rows
        if rows > 0 && ending != "\"" && ending != "\"\n" {
          #expect(read == (ending.hasPrefix("\"") ? rows + 1 : rows), "\(rows) rows, '\(ending)'")
        } else {
          #expect(read == nil || read == rows || read == rows + 1)
        }
      }
    }
  }
}
