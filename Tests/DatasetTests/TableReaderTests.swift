import Machine
import Physics
import Testing
import Text

@testable import Datasets

/// One reader for every kind of file, and what arrays mean.
@Suite struct TableReaderTests {
  static let molecule =
    Molecule.carbonylSulfide.positionColumns + Molecule.carbonylSulfide.momentumColumns
  static let momenta = Molecule.carbonylSulfide.momentumColumns
  static let numbers = (0..<36).map { Double($0) / 8 }

  private func array(_ columns: Range<Int>) -> [UInt8] {
    let values = (0..<2).flatMap { row in columns.map { Self.numbers[18 * row + $0] } }
    return ArrayFile.npy(values, shape: [2, columns.count])
  }

  @Test("the same table in every kind of file")
  func kinds() throws {
    let columns = (0..<18).map {
      (
        "\(Self.molecule[$0]).npy",
        ArrayFile.npy([Self.numbers[$0], Self.numbers[18 + $0]], shape: [2])
      )
    }
    let text =
      Self.molecule.joined(separator: ",") + "\n"
      + [0, 18].map { start in
        Self.numbers[start..<(start + 18)].map { "\($0)" }.joined(separator: ",") + "\n"
      }.joined()
    let written = TemporaryFile(named: "x.npz")
    let writer = try TableWriter(written.path, columns: Self.molecule, rows: 2)
    try writer.append(Self.numbers)
    try writer.close()
    let files: [(String, [UInt8])] = [
      ("csv", Array(text.utf8)),
      ("npy", array(0..<18)),
      ("npz", written.bytes),
      ("npz", try ArrayFile.npz(columns.reversed())),
      ("npz", try ArrayFile.npz([("x.npy", array(0..<18))])),
      (
        "npz", try ArrayFile.npz([("momenta.npy", array(9..<18)), ("positions.npy", array(0..<9))])
      ),
      (
        "npz",
        try ArrayFile.npz(
          [("positions.npy", array(0..<9))] + columns[9...]
            + [("masses.npy", ArrayFile.npy([1, 2, 3], shape: [3])), ("note.txt", [65])])
      ),
    ]
    for (i, (format, bytes)) in files.enumerated() {
      let reading = try TableReader<Double>(columns: Self.molecule).read(bytes: bytes, name: "x")
      #expect(Array(reading.table.values) == Self.numbers, "\(i)")
      #expect(reading.report.format == format)
      #expect(reading.report.extraColumns == (i == 6 ? ["masses", "note.txt"] : []))
      let half = try TableReader<Float>(columns: Self.momenta).read(bytes: bytes, name: "x")
      #expect(half.table[row: 1, "pcx"] == Float(Self.numbers[27]), "\(i)")
    }
  }

  @Test("nine columns without names are momenta where only those are wanted")
  func nine() {
    let file = array(9..<18)
    #expect(outcome(file, Self.momenta).values?.count == 18)
    #expect(outcome(file, Self.momenta.reversed()).values?.first == Float(Self.numbers[17]))
    for wanted in [Self.molecule, ["cx"], nil] {
      #expect(outcome(file, wanted).message == "x: has 9 columns without names")
    }
  }

  static let refused: [(arrays: [(String, [UInt8])], message: String)] = [
    (
      [("cx.npy", ArrayFile.npy([1, 2], shape: [2]))],
      "x: column pcx: is missing"
    ),
    (
      [
        ("cx.npy", ArrayFile.npy([1, 2], shape: [2])),
        ("pcx.npy", ArrayFile.npy([1, 2, 3], shape: [3])),
      ], "x: has 2 rows in array 'cx' and 3 in 'pcx'"
    ),
    (
      [
        ("cx.npy", ArrayFile.npy([1, 2], shape: [2])),
        ("pcx.npy", ArrayFile.npy(ArrayFile.dictionary("<i4", "(1,)"), [1, 0, 0, 0])),
      ], "x: array 'pcx' holds integers ('<i4')"
    ),
    (
      [("cx.npy", ArrayFile.npy([1, 2], shape: [2])), ("pcx.npy", ArrayFile.npy([1], shape: []))],
      "x: array 'pcx' has shape ()"
    ),
    (
      [
        ("cx.npy", ArrayFile.npy([1], shape: [1])), ("pcx.npy", ArrayFile.npy([1], shape: [1])),
        ("momenta.npy", ArrayFile.npy(Array(repeating: 1, count: 9), shape: [1, 9])),
      ], "x: column pcx: appears twice, in arrays 'pcx' and 'momenta'"
    ),
    (
      [
        ("data.npy", ArrayFile.npy([1, 2, 3], shape: [1, 3])),
        ("columns.npy", NPYHeader(.text(1), shape: [2]).bytes + [97, 0, 0, 0, 98, 0, 0, 0]),
      ], "x: array 'data' has 3 columns, there are 2 names"
    ),
    (
      [
        ("data.npy", ArrayFile.npy([1, 2], shape: [1, 2])),
        ("columns.npy", NPYHeader(.text(1), shape: [2]).bytes + [97, 0, 0, 0, 0, 216, 0, 0]),
      ], "x: array 'columns' holds a name that is no text"
    ),
    (
      [
        ("data.npy", ArrayFile.npy(ArrayFile.dictionary("<i4", "(1, 1)"), [1, 0, 0, 0])),
        ("columns.npy", NPYHeader(.text(1), shape: [1]).bytes + [97, 0, 0, 0]),
      ], "x: array 'data' holds integers ('<i4')"
    ),
    (
      [
        ("x.npy", ArrayFile.npy([1, 2], shape: [1, 2])),
        ("y.npy", ArrayFile.npy([1, 2], shape: [1, 2])),
      ], "x: columns cx, pcx are missing"
    ),
    (
      [("columns.npy", NPYHeader(.text(1), shape: [1]).bytes + [97, 0, 0, 0])],
      "x: has no columns with known names"
    ),
    (
      [
        ("cx.npy", ArrayFile.npy([], shape: [0])), ("pcx.npy", ArrayFile.npy([], shape: [0])),
      ], "x: has columns and no rows"
    ),
  ]

  @Test("arrays that make no table are refused by name", arguments: refused.indices)
  func refuses(_ row: Int) throws {
    let (arrays, message) = Self.refused[row]
    #expect(outcome(try ArrayFile.npz(arrays.map { (name: $0.0, bytes: $0.1) })).message == message)
  }

  @Test("if no columns are asked for, there must be a table with names")
  func noWish() throws {
    let table = ("x.npy", ArrayFile.npy([1, 2], shape: [1, 2]))
    let names = ("columns.npy", NPYHeader(.text(1), shape: [1]).bytes + [97, 0, 0, 0])
    let message = "x: has no columns with known names"
    #expect(outcome(try ArrayFile.npz([names]), nil).message == message)
    #expect(outcome(try ArrayFile.npz([table, ("y.npy", table.1)]), nil).message == message)
    #expect(
      outcome(try ArrayFile.npz([table]), nil).message
        == "x: array 'x' has 2 columns without names")
  }

  @Test("a table of one column under its own name")
  func oneColumn() throws {
    let file = TemporaryFile(named: "x.npz")
    let writer = try TableWriter(file.path, columns: ["cx"], rows: 2)
    try writer.append([1, 2])
    try writer.close()
    #expect(outcome(file.bytes, ["cx"]).values == [1, 2])
  }

  @Test("rows of arrays are checked like rows of text")
  func badRows() throws {
    var values = (0..<400).map { Double($0) }
    (values[6], values[201], values[302]) = (.nan, 1e39, 1e-60)
    let file = ArrayFile.npy(values, shape: [200, 2])
    let refusal = outcome(file)
    #expect(refusal.message == "x: row 4, column cx: nan is not a finite number")
    #expect(refusal.hint == "--on-bad-row skip drops such rows (2 of 200 rows are bad)")
    let reading = try TableReader<Float>(columns: ["cx", "pcx"], badRows: .skip)
      .read(bytes: file, name: "x")
    #expect(reading.report.rowsKept == 198 && reading.report.underflows == 1)
    #expect(
      reading.report.badRows.map(\.description) == [
        "row 4, column cx: nan is not a finite number",
        "row 101, column pcx: the number is too large for a 32-bit float",
      ])
    let kept = values.indices.filter { ![3, 100].contains($0 / 2) }
    #expect(Array(reading.table.values) == kept.map { Float(values[$0]) })
    values[8] = -.infinity
    let worse = outcome(ArrayFile.npy(values, shape: [200, 2]), ["cx", "pcx"], .skip)
    #expect(worse.hint == "3 of 200 rows are bad, and --on-bad-row skip drops at most 1 %")
    let doubles = outcome(ArrayFile.npy([-.infinity, 0], shape: [1, 2]))
    #expect(doubles.message == "x: row 1, column cx: -inf is not a finite number")
  }

  @Test("the writer follows the file's name, the reader does not")
  func names() throws {
    #expect(TableWriter.format(of: "a.NPZ") == .npz && TableWriter.format(of: "npz") == .csv)
    #expect(throws: Failure.self) { _ = try TableWriter("/tmp/a.npy", columns: ["a"], rows: 1) }
    let file = TemporaryFile(ArrayFile.saved, named: "x.csv")
    #expect(try TableReader<Float>(columns: ["cx"]).read(file.path).table.rows == 2)
    withExtendedLifetime(file) {}
  }
}

extension Table {
  fileprivate subscript(row row: Int, column: String) -> Value? {
    columns.firstIndex(of: column).map { self[row, $0] }
  }
}
