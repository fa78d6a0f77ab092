import CText
import Machine
import Testing
import Text

@testable import Datasets

/// The same numbers, however the file is written.
@Suite struct DialectTests {
  static let clean = "cx,cy,psz\n1,2.5,-3e2\n4,5,6\n7,8,9\n"
  static let expected: [Float] = [1, 2.5, -300, 4, 5, 6, 7, 8, 9]

  static let spellings: [(name: String, text: String)] = [
    ("clean", clean),
    ("no final newline", String(clean.dropLast())),
    ("carriage return and line feed", clean.replacing("\n", with: "\r\n")),
    ("carriage return alone", clean.replacing("\n", with: "\r")),
    ("carriage return alone, no final one", String(clean.dropLast()).replacing("\n", with: "\r")),
    ("byte order mark", "\u{FEFF}" + clean),
    ("semicolons", clean.replacing(",", with: ";")),
    ("tabs", clean.replacing(",", with: "\t")),
    ("blanks", clean.replacing(",", with: " ")),
    ("aligned blanks", "  cx   cy \t psz\n  1    2.5  -3e2\n  4    5   6  \n  7\t8 9\n"),
    ("blanks round commas", "cx , cy,\tpsz\n 1 , 2.5\t,-3e2 \n4,5,6\n7, 8,9\n"),
    ("tabs with blanks", "cx\tcy\tpsz\n 1\t2.5 \t -3e2\n4\t5\t6\n7\t8\t9\n"),
    ("blank lines", "\n\n cx,cy,psz\n\n1,2.5,-3e2\n  \n4,5,6\n7,8,9\n\n\n"),
    ("comments", "# made by \"x\"\ncx,cy,psz\n#1,2,3\n1,2.5,-3e2\n  # c\n4,5,6\n7,8,9\n# end"),
    ("quotes", "\"cx\",\"cy\",\"psz\"\n\"1\",\"2.5\",\"-3e2\"\n4,5,6\n7,\"8\",9\n"),
    ("quoted blanks", "\"cx\" \"cy\" \"psz\"\n\"1\" 2.5 \"-3e2\" \n4 5 6\n7  \"8\"\t9\n"),
    ("trailing delimiter", "cx,cy,psz,\n1,2.5,-3e2,\n4,5,6,\n7,8,9,\n"),
    ("trailing delimiter in rows", "cx,cy,psz\n1,2.5,-3e2,\n4,5,6\n7,8,9, \n"),
    ("trailing delimiter in header", "cx,cy,psz,\n1,2.5,-3e2\n4,5,6\n7,8,9\n"),
    ("other order", "psz,cy,cx\n-3e2,2.5,1\n6,5,4\n9,8,7\n"),
    ("extra columns", "t,cx,note,cy,psz,u\n0,1,,2.5,-3e2,x\n0,4,a b,5,6,\n,7,inf,8,9,#\n"),
    ("extra text", "cx,note,cy,psz\n1,\"a, \"\"b\"\"\nc\",2.5,-3e2\n4,x\"y,5,6\n7,\"\",8,9\n"),
    ("signs and zeros", "cx,cy,psz\n+1,02.50,-300.\n4.0,.5e1,6e0\n0007,8E+0,9e-0\n"),
    ("mixed line ends", "cx,cy,psz\r\n1,2.5,-3e2\n4,5,6\r7,8,9\r\n"),
    ("a line end in a name", "\"a\nb\";cx;cy;psz\n0;1;2.5;-3e2\n0;4;5;6\n0;7;8;9\n"),
  ]

  @Test(
    "the same rows in every spelling, chunk and number of threads", arguments: spellings.indices)
  func spelling(_ row: Int) throws {
    let (name, text) = Self.spellings[row]
    let file = TemporaryFile(text)
    for chunkSize in [1, 2, 3, 5, 8, 13, 64, 1 << 20] {
      for threads in [1, 3] {
        var reader = TableReader<Float>(columns: ["cx", "cy", "psz"])
        (reader.chunkSize, reader.threads) = (chunkSize, threads)
        let table = try reader.read(file).table
        #expect(Array(table.values) == Self.expected, "\(name), chunks of \(chunkSize)")
      }
    }
    let doubles = try TableReader<Double>(columns: ["cx", "cy", "psz"]).read(file).table
    #expect(Array(doubles.values) == Self.expected.map(Double.init), "\(name), as doubles")
  }

  @Test("ignored columns and underflows are reported")
  func report() throws {
    let file = TemporaryFile("t,cx,u\n0,1,2\n0,1e-60,2\n")
    let report = try TableReader<Float>(columns: ["cx"]).read(file).report
    #expect(report.extraColumns == ["t", "u"])
    #expect(report.underflows == 1)
    #expect(report.rowsKept == 2)
    #expect(report.notes.count == 2)
  }

  @Test("an open quote and a NUL byte give the same errors for all chunk sizes")
  func openQuote() throws {
    let file = TemporaryFile("A note\n\"cx;\"\"p\0\0\n\0\"\"cx*\r\r\n")
    for chunkSize in 1...20 {
      var reader = TableReader<Float>()
      reader.chunkSize = chunkSize
      let error = #expect(throws: Failure.self) { _ = try reader.read(file) }
      #expect(error?.message.hasPrefix("\(file.path):2: ") == true)
      #expect(error?.message.hasSuffix(": has a quote that is never closed") == true)
    }
  }

  @Test("a delimiter at the end of the header names no column")
  func columns() throws {
    let table = try TableReader<Float>().read(TemporaryFile("a;b;\n1;2\n")).table
    #expect(table.columns == ["a", "b"])
  }

  @Test("of columns some of which must be there, those that are there count for the delimiter")
  func anyOf() throws {
    var reader = TableReader<Float>(columns: [])
    reader.anyOf = ["cx", "cy"]
    let table = try reader.read(TemporaryFile("A B C,cx\nx y z,1\nx y z,2\n")).table
    #expect(table.columns == ["cx"] && Array(table.values) == [1, 2])
    let error = #expect(throws: Failure.self) { try reader.read(TemporaryFile("a,b\n1,2\n")) }
    #expect(error?.message.hasSuffix(":1: columns cx, cy are missing") == true)
    #expect(error?.hint == "the file has a, b")
  }

  @Test("the order of rows, the bad ones and their lines do not depend on threads or chunks")
  func threads() throws {
    var text = "x,y\n"
    for row in 0..<3000 {
      text += row % 500 == 7 ? "bad,\(row)\n" : "\(row),\(Double(row) / 7)\r\n"
      if row % 97 == 0 { text += "# comment\n\n" }
      if row == 2500 { text += "\"7\",\"1\n2\"\n" }
    }
    let file = TemporaryFile(text)
    var reader = TableReader<Float>(badRows: .skip)
    reader.threads = 1
    let expected = try reader.read(file)
    #expect(expected.report.rowsDropped == 7)
    #expect(expected.report.badRows.first?.line == 11)
    for threads in 1...4 {
      for chunkSize in [7, 100, 4096] {
        (reader.threads, reader.chunkSize) = (threads, chunkSize)
        let reading = try reader.read(file)
        #expect(reading.report == expected.report)
        #expect(reading.table.fingerprint == expected.table.fingerprint)
      }
    }
  }
}
