import Foundation
import Physics
import Testing
import Text

@testable import Datasets

/// Units of files, and their conversion.
@Suite struct DataUnitTests {
  @Test(
    "units in atomic ones, by the constants of CODATA 2018",
    arguments: [
      ("momentum=au", 1), ("momentum=si", 1 / 1.992_851_914_10e-24),
      ("momentum=1e-24kg.m/s", 1 / 1.992_851_914_10),
      ("momentum=KeV/c", 1 / (510.998_950_00 / 137.035_999_084)),
      ("momentum=u·Å/fs", 1.660_539_066_60e-22 / 1.992_851_914_10e-24), ("momentum=100au", 100),
      ("momentum=.5au", 0.5),
      ("position=bohr", 1), ("position=au", 1), ("position=angstrom", 1.889_726_124_6),
      ("position=Å", 1.889_726_124_6), ("position=pm", 0.018_897_261_246),
      ("position=nm", 18.897_261_246), ("position=m", 1.889_726_124_6e10),
      ("position=1e-10m", 1.889_726_124_6),
    ] as [(String, Double)])
  func sizes(_ text: String, _ size: Double) throws {
    let units = try DataUnits(text)
    let unit = try #require(units[.momentum] ?? units[.position])
    #expect(abs(unit.size / size - 1) < 1e-6, "\(unit.size / size - 1)")
    // What is written reads back.
    #expect(try DataUnits(units.description) == units, "\(units.description)")
  }

  @Test("names are written the same way, whatever they were")
  func names() throws {
    #expect(
      try DataUnits("position=Å,momentum=1E-24 kg.m/s").description
        == "momentum=1e-24si,position=angstrom")
    #expect(DataUnits().description.isEmpty && DataUnits().isEmpty)
    #expect(try !DataUnits("momentum=au").isEmpty)
  }

  @Test(
    "units that cannot be",
    arguments: [
      ("si", "'si' is not a quantity and its unit", "write --units momentum=si,position=angstrom"),
      (
        "momenta=si", "'momenta' has no units: momentum and position have",
        "did you mean 'momentum'?"
      ),
      ("position=m,position=pm", "two units of position", "name each quantity once"),
      (
        "position=angstroem", "'angstroem' is not a unit of position",
        "did you mean 'angstrom'? there are bohr, angstrom, nm, pm, m, and multiples such as 100pm"
      ),
      (
        "momentum=newton", "'newton' is not a unit of momentum",
        "there are au, si, kev/c, u.angstrom/fs, and multiples such as 1e-24si"
      ),
      (
        "momentum=-1si", "'-1si' is not a unit of momentum",
        "did you mean 'si'? there are au, si, kev/c, u.angstrom/fs, and multiples such as 1e-24si"
      ),
      ("momentum=1e-24", "'1e-24' is not a unit of momentum", "there are au"),
      ("momentum=1e-400si", "'1e-400si' is not a unit of momentum", "there are au"),
    ])
  func refused(_ text: String, _ message: String, _ hint: String) throws {
    let error = #expect(throws: Failure.self) { try DataUnits(text) }
    #expect(error?.message == message && error?.code == .usage)
    #expect(error?.hint.hasPrefix(hint) == true, "\(error?.hint ?? "")")
  }

  private static let units = try? DataUnits("momentum=1e-24si,position=pm")

  @Test("every kind of file is converted, read at once or in blocks; other columns are not")
  func conversion() throws {
    let folder = TemporaryFile(named: "units.npz")
    let columns = ["pcx", "qc", "cx"]
    let writer = try TableWriter(folder.path, columns: columns, rows: 3)
    let values: [Double] = [1, 2, 3, -4, 5, -6, 0, 8, 1e6]
    try writer.append(values)
    try writer.close()
    let text = "pcx,qc,cx\n1,2,3\n-4,5,-6\n0,8,1e6\n"
    let (momentum, position) = (1 / 1.992_851_914_10, 0.018_897_261_246)
    let expected = values.enumerated().map { i, x in
      x * (i % 3 == 0 ? momentum : i % 3 == 2 ? position : 1)
    }
    var reader = TableReader<Double>(columns: columns)
    reader.units = try #require(Self.units)
    for bytes in [Array(text.utf8), Array(try Data(contentsOf: URL(filePath: folder.path)))] {
      let whole = try reader.read(bytes: bytes, name: "a").table
      var found = [withExtendedLifetime(whole) { Array(whole.values) }]
      for size in [1, 2, 7] {
        var all: [Double] = []
        _ = try reader.stream(bytes: bytes, name: "a", rowsPerBlock: size) { table, _ in
          all += table.values
          #expect(table.units == reader.units)
        }
        found.append(all)
      }
      for all in found {
        try #require(all.count == expected.count)
        for (x, y) in zip(all, expected) { #expect(abs(x - y) <= 1e-9 * abs(y)) }
      }
    }
  }

  @Test("a number that its unit makes too large is named by its row")
  func tooLarge() throws {
    var reader = TableReader<Float>(columns: ["pcx"])
    reader.units = try DataUnits("momentum=si")
    let bytes = Array("pcx\n1\n2e20\n".utf8)
    let message = "a: column pcx: row 2: 2e+20 si is too large for a 32-bit float"
    let whole = #expect(throws: Failure.self) { try reader.read(bytes: bytes, name: "a") }
    #expect(whole?.message == message && whole?.code == .data)
    #expect(whole?.hint == "is momentum=si the unit of the file?")
    let block = #expect(throws: Failure.self) {
      try reader.stream(bytes: bytes, name: "a", rowsPerBlock: 1) { _, _ in }
    }
    #expect(block?.message == message)
  }
}
