import Glibc
import Machine
import Testing
import Text

@testable import Datasets

/// What people hear of a file that cannot be used, word for word.
@Suite struct BadInputTests {
  /// A cell in column `oy` of the second row, and the cause that is given for it.
  static let cells: [(cell: String, cause: String, advice: String?)] = [
    ("abc", "column oy: 'abc' is not a number", nil),
    ("", "column oy: the cell is empty", nil),
    ("   ", "column oy: the cell is empty", nil),
    ("\"\"", "column oy: the cell is empty", nil),
    ("nan", "column oy: 'nan' is not a finite number", nil),
    ("NaN", "column oy: 'NaN' is not a finite number", nil),
    ("-nan", "column oy: '-nan' is not a finite number", nil),
    ("inf", "column oy: 'inf' is not a finite number", nil),
    ("-Infinity", "column oy: '-Infinity' is not a finite number", nil),
    ("1e39", "column oy: '1e39' is too large for a 32-bit float", nil),
    ("-1e400", "column oy: '-1e400' is too large for a 32-bit float", nil),
    ("1,5", "4 fields where the header has 3", nil),
    ("0x10", "column oy: '0x10' is not a number", hexadecimal),
    ("1_0", "column oy: '1_0' is not a number", "write numbers without underscores"),
    (
      "1d5", "column oy: '1d5' is not a number", "write exponents with e: Fortran's 1d5 is 1e5"
    ),
    ("1 2", "column oy: '1 2' is not a number", thousands),
    ("1'000", "column oy: '1'000' is not a number", thousands),
    ("\"1,5\"", "column oy: '1,5' is not a number", decimalComma),
    ("1e", "column oy: '1e' is not a number", nil),
    ("1e5.5", "column oy: '1e5.5' is not a number", nil),
    ("--1", "column oy: '--1' is not a number", nil),
    ("1-", "column oy: '1-' is not a number", nil),
    ("+", "column oy: '+' is not a number", nil),
    ("-", "column oy: '-' is not a number", nil),
    ("1.2.3", "column oy: '1.2.3' is not a number", nil),
    ("1f", "column oy: '1f' is not a number", nil),
    ("$1", "column oy: '$1' is not a number", nil),
    ("½", "column oy: '½' is not a number", nil),
    ("１", "column oy: '１' is not a number", nil),
    ("N/A", "column oy: 'N/A' is not a number", nil),
    ("null", "column oy: 'null' is not a number", nil),
    ("TRUE", "column oy: 'TRUE' is not a number", nil),
    ("\"abc\"", "column oy: 'abc' is not a number", nil),
    ("\"1", "column oy: has a quote that is never closed", nil),
    ("1\"", "column oy: '1\"' is not a number", nil),
    ("\"1\"2", "column oy: has text after a closing quote", nil),
    ("\"1\n2\"", "column oy: '1\\x0A2' is not a number", nil),
    ("a\u{1B}[31mb", "column oy: 'a\\x1B[31mb' is not a number", nil),
    ("1\u{0}", "the row holds a NUL byte", "the file may be damaged or binary"),
    (
      String(repeating: "on and ", count: 9),
      "column oy: 'on and on and on and on and on and on an…' is not a number", nil
    ),
  ]
  static let hexadecimal = "write numbers in decimals; hexadecimal is not read"
  static let thousands = "write numbers without separators between thousands"
  static let decimalComma = "write decimals with a point, 1.5 instead of 1,5"

  private func failure(_ file: TemporaryFile, _ policy: BadRowPolicy = .error) -> Failure? {
    let reader = TableReader<Float>(columns: ["cx", "oy", "sz"], badRows: policy)
    return #expect(throws: Failure.self) { _ = try reader.read(file) }
  }

  @Test("a bad cell is named with its line and column", arguments: cells.indices)
  func cell(_ row: Int) {
    let (cell, cause, advice) = Self.cells[row]
    let file = TemporaryFile("cx,oy,sz\n1,2,3\n4,\(cell),6\n")
    let error = failure(file)
    #expect(error?.message == "\(file.path):3: \(cause)")
    #expect(error?.hint == (advice.map { $0 + "; " } ?? "mend the file: ") + "1 of 2 rows is bad")
  }

  @Test(
    "the same cell among many good rows is dropped, counted and named", arguments: cells.indices)
  func skipped(_ row: Int) throws {
    let (cell, cause, _) = Self.cells[row]
    let good = String(repeating: "1,2,3\n", count: 200)
    let file = TemporaryFile("cx,oy,sz\n\(good)4,\(cell),6\n")
    let error = failure(file)
    #expect(error?.message == "\(file.path):202: \(cause)")
    // Nothing but the quote that is open to the end of the file takes other rows with it.
    let reading = try TableReader<Float>(columns: ["cx", "oy", "sz"], badRows: .skip).read(file)
    #expect(reading.report.rowsKept == 200 && reading.report.rowsDropped == 1)
    #expect(reading.report.badRows.map(\.line) == [202])
  }

  /// Whole files, what is said of them, and what to do.
  static let files: [(text: String, message: String, hint: String)] = [
    ("", " is empty", firstLine),
    ("\n\n", " holds comments and blank lines only", firstLine),
    ("# made today\n", " holds comments and blank lines only", firstLine),
    ("cx,oy,sz", " has a header and no rows", "check that whatever wrote it has finished"),
    ("cx,oy,sz\n\n#\n", " has a header and no rows", "check that whatever wrote it has finished"),
    (
      "1,2,3\n4,5,6\n", "1: has no header, it starts with numbers",
      "write the columns' names, such as cx, oy, sz, on a line of their own"
    ),
    ("cx,sz\n1,2\n", "1: column oy: is missing", "the file has cx, sz"),
    (
      "cx,Oy,sz\n1,2,3\n", "1: column oy: is missing",
      "is it 'Oy' for oy? the file has cx, Oy, sz"
    ),
    (
      "c_x,o_y,sz\n1,2,3\n", "1: columns cx, oy are missing",
      "is it 'c_x' for cx, 'o_y' for oy? the file has c_x, o_y, sz"
    ),
    (
      "cx,oy,sz,oy\n1,2,3,4\n", "1: column oy: appears twice, as columns 2 and 4",
      "remove or rename one of them"
    ),
    ("cx,oy,sz\n1,2\n", "2: 2 fields where the header has 3", "mend the file: 1 of 1 rows is bad"),
    (
      "cx,oy,sz\n1,2,3,4\n", "2: 4 fields where the header has 3",
      "mend the file: 1 of 1 rows is bad"
    ),
    ("cx oy sz\n1 2\n", "2: 2 fields where the header has 3", "mend the file: 1 of 1 rows is bad"),
    (
      "cx,oy,sz\n1,2,3\ncx,oy,sz\n4,5,6\n", "3: the header appears again",
      "were files joined? keep only the first header; 1 of 3 rows is bad"
    ),
    (
      "cx;oy;sz\n1,5;2;3\n", "2: column cx: '1,5' is not a number",
      decimalComma + "; 1 of 1 rows is bad"
    ),
    (
      "cx,oy,sz\n1,5,2,0,3,5\n", "2: 6 fields where the header has 3",
      "decimal commas? divide the columns by semicolons and write 1.5, not 1,5; 1 of 1 rows is bad"
    ),
    (
      "cx,oy,sz\n1,2,3\n\"4,5,6\n7,8,9\n", "3: column cx: has a quote that is never closed",
      "mend the file: 1 of 3 rows is bad"
    ),
    (
      "cx,oy,sz\n\"1\n2\",3,4\n5,6,7\nx,8,9\n", "2: column cx: '1\\x0A2' is not a number",
      "mend the file: 2 of 3 rows are bad"
    ),
    (
      "cx,oy,sz\n\"1\",\"2\n\",3\n5,6,7\nx,8,9\n", "2: column oy: '2\\x0A' is not a number",
      "mend the file: 2 of 3 rows are bad"
    ),
    (
      "n,cx,oy,sz\n\"a\nb\",1,2,3\nc,x,8,9\n", "4: column cx: 'x' is not a number",
      "mend the file: 1 of 2 rows is bad"
    ),
    (
      "\u{0}\u{0}\n", "1: the header cannot be divided into names",
      "the first line names the columns, divided by commas, semicolons, tabs or blanks"
    ),
    (
      "\"cx,oy,sz\n1,2,3\n", "1: the header cannot be divided into names",
      "the first line names the columns, divided by commas, semicolons, tabs or blanks"
    ),
  ]
  static let firstLine = "the first line names the columns, the others are the rows"

  @Test("a file that is no data set says so", arguments: files.indices)
  func file(_ row: Int) {
    let (text, message, hint) = Self.files[row]
    let file = TemporaryFile(text)
    let error = failure(file)
    #expect(error?.message == "\(file.path):" + message)
    #expect(error?.hint == hint)
    #expect(failure(file, .skip) != nil)
  }

  static let binaries: [(bytes: [UInt8], cause: String)] = [
    ([0xFF, 0xFE, 0x63, 0], "is UTF-16 text"),
    ([0xFE, 0xFF, 0, 0x63], "is UTF-16 text"),
    ([0x1F, 0x8B], "ends in the middle of its packed data (gzip)"),
    ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF], "is damaged inside its packed data (gzip)"),
    ([0x1F, 0x8B, 9, 0, 0, 0, 0, 0, 0, 3, 1, 2], "is damaged inside its packed data (gzip)"),
  ]

  @Test("a file that is not text is named in the error", arguments: binaries.indices)
  func binary(_ row: Int) {
    let file = TemporaryFile(Self.binaries[row].bytes)
    #expect(failure(file)?.message == "\(file.path): \(Self.binaries[row].cause)")
  }

  static let paths = [
    ("/nonexistent.csv", "/nonexistent.csv: cannot be opened (No such file or directory)"),
    ("/tmp", "/tmp: is a directory, not a file"),
    ("", ": cannot be opened (No such file or directory)"),
  ]

  @Test("a file that cannot be opened has the exit code of missing input", arguments: paths)
  func path(_ path: String, _ message: String) {
    let error = #expect(throws: Failure.self) { _ = try TableReader<Float>().read(path) }
    #expect(error?.message == message)
    #expect(error?.code == .input)
  }

  @Test("a link that leads nowhere, a device without an end, a file without permission")
  func oddFiles() throws {
    func failure(_ path: String) -> Failure? {
      #expect(throws: Failure.self) { _ = try TableReader<Float>().read(path) }
    }
    let link = TemporaryFile(named: "link.csv")
    try #require(symlink("/nonexistent", link.path) == 0)
    let dangling = failure(link.path)
    #expect(dangling?.message == "\(link.path): cannot be opened (No such file or directory)")
    #expect(dangling?.code == .input)
    for path in ["/dev/zero", "/dev/full"] {
      let endless = failure(path)
      #expect(endless?.message == "\(path): has no end of its first line within 2 MiB")
      #expect(endless?.code == .data)
    }
    // Root may read everything.
    guard geteuid() != 0 else { return }
    let file = TemporaryFile("cx\n1\n")
    try #require(chmod(file.path, 0) == 0)
    let closed = failure(file.path)
    #expect(closed?.message == "\(file.path): cannot be opened (Permission denied)")
    #expect(closed?.code == .input)
  }

  @Test("one row in a hundred may be dropped, and no more")
  func share() throws {
    for (good, isAllowed) in [(98, false), (99, true)] {
      let file = TemporaryFile("cx,oy,sz\n" + String(repeating: "1,2,3\n", count: good) + "x,2,3\n")
      let reader = TableReader<Float>(columns: ["cx", "oy", "sz"], badRows: .skip)
      if isAllowed {
        #expect(
          try reader.read(file).report.notes == [
            "\(file.path): 1 of 100 rows dropped; the first is line 101, column cx: "
              + "'x' is not a number"
          ])
      } else {
        #expect(
          failure(file, .skip)?.hint
            == "1 of 99 rows is bad, and --on-bad-row skip drops at most 1 %")
      }
    }
  }
}
