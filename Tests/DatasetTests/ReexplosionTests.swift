import Physics
import Testing
import Text

@testable import Datasets

/// Momenta that are not those of the positions beside them, and ones that are but for what data
/// usually have.
@Suite struct ReexplosionTests {
  private static let signs = "momenta with all signs changed would fit"
  private static let differ = "rows, atoms or axes of positions and momenta differ"

  private func explosion(
    _ table: Table<Float>, _ molecule: Molecule = .carbonylSulfide
  ) throws -> Finding {
    try #require(
      try Audit(of: table, molecule: molecule).findings.first { $0.topic == "explosion" })
  }

  private func changed(_ rows: Int = 400, _ change: ([Float], [Float]) -> [Float]) throws
    -> Table<Float>
  {
    let table = try simulated(rows: rows, noise: .relative(0.03))
    let before = (0..<rows).map { Array(table[$0]) }
    for row in 0..<rows {
      let values = change(before[row], before[(row + 1) % rows])
      for c in values.indices { table[row, c] = values[c] }
    }
    return table
  }

  @Test("what would make the momenta fit is named")
  func explained() throws {
    let exchange = { (row: [Float], a: Int, b: Int) in
      var row = row
      for c in 0..<3 { row.swapAt(9 + 3 * a + c, 9 + 3 * b + c) }
      return row
    }
    let tables: [(Table<Float>, String)] = [
      (try changed { row, _ in Array(row[..<9] + row[9...].map { -$0 }) }, Self.signs),
      (try changed { row, _ in exchange(row, 0, 1) }, "momenta of C and O exchanged would fit"),
      (try changed { row, _ in exchange(row, 1, 2) }, "momenta of O and S exchanged would fit"),
      (try changed { row, next in Array(row[..<9] + next[9...]) }, Self.differ),
    ]
    for (table, text) in tables {
      let found = try explosion(table)
      #expect(found.severity == .warning && found.text.hasSuffix(text), "\(found.text)")
      for command in [ChargesRemedy.training, .predicting] {
        let concerns = try Audit.concerns(
          about: table, molecule: .carbonylSulfide, for: command, threads: 1)
        #expect(concerns.contains { $0.text.hasSuffix(text) }, "\(concerns)")
      }
    }
  }

  @Test("noise, thermal motion, charges, units and origins are no reason to warn")
  func unquestioned() throws {
    let tables: [Table<Float>] = [
      try simulated(rows: 400, noise: .relative(0.1)),
      try simulated(rows: 400, noise: .relative(0.3)),
      try simulated(rows: 400, charges: ChargeStates([[1, 2, 3]])),
      try simulated(rows: 400, charges: ChargeStates([[1, 1, 1], [2, 2, 2], [3, 1, 2]])),
      try changed { row, _ in row.map { $0 * 1e-20 } },
      try changed { row, _ in Array(row[..<9].map { $0 + 1000 } + row[9...]) },
    ]
    for table in tables {
      let found = try explosion(table)
      #expect(found.severity != .warning, "\(found.text)")
    }
  }

  @Test(
    "other molecules, with initial momenta of a hot gas",
    arguments: ["CO2", "H2O", "CS2", "CHBrClF"])
  func molecules(name: String) throws {
    let molecule = try #require(Molecule.known.first { $0.name == name })
    let set = try DataSetGenerator(
      .equilibrium(EquilibriumFamily()), molecule: molecule, seed: 1, noise: .relative(0.05),
      start: ThermalMomenta(temperature: 1000))
    var values = [Double](repeating: 0, count: 200 * set.width)
    _ = values.withUnsafeMutableBufferPointer { set.makeRows(0..<200, into: $0) }
    let table = Table<Float>(columns: set.columns, rows: 200)
    for i in values.indices { table.values[i] = Float(values[i]) }
    #expect(try explosion(table, molecule).severity != .warning)
    for row in 0..<200 { for c in molecule.width..<2 * molecule.width { table[row, c] *= -1 } }
    let found = try explosion(table, molecule)
    #expect(found.severity == .warning && found.text.hasSuffix(Self.signs), "\(found.text)")
  }

  @Test("a single row far from the others is named before training, in tables of any size")
  func outliers() throws {
    let table = try simulated(rows: 9001)
    for c in 9..<18 { table[4321, c] *= 1000 }
    let concerns = try Audit.concerns(
      about: table, molecule: .carbonylSulfide, for: .training, threads: 2)
    #expect(
      concerns.map(\.text) == [
        "1 row with a kinetic energy more than 1,000 times from the median, the first is row 4322"
      ])
  }

  @Test("what to do about charges is what the command at hand can do")
  func charges() throws {
    for (charges, list) in [([1.0, 1, 1], "1, 1, 1"), ([1, 2, 3], "1, 2, 3")] {
      let table = try simulated(rows: 300, charges: ChargeStates([charges]))
      for (command, text) in [
        (ChargesRemedy.inspecting, "add --charges \(list.replacing(" ", with: ""))"),
        (.training, #"add 'molecule={name: "OCS", charges: [\#(list)]}'"#),
        (.predicting, "the model is of charges 2,2,2"),
      ] {
        let concerns = try Audit.concerns(
          about: table, molecule: .carbonylSulfide, for: command, threads: 1)
        #expect(concerns.contains { $0.text.contains(text) }, "\(concerns)")
      }
    }
  }
}
