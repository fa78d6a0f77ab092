import Datasets
import Foundation
import Physics
import Testing
import Text

/// `implode solve`.
@Suite struct SolveTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  private func solve(_ momenta: String, to out: String, _ rest: String...) throws -> Binary {
    try Binary.run(
      ["solve", momenta == "-" ? momenta : folder[momenta], "--out", folder[out]] + rest)
  }

  private func simulate(_ name: String, rows: Int = 60, _ rest: String...) throws {
    let made = try Binary.run(
      ["simulate", "--family", "random", "--rows", "\(rows)", "--precise", "--out", folder[name]]
        + rest)
    try #require(made.status == 0, "\(made.messages)")
  }

  private func lines(_ name: String) throws -> [[String]] {
    try folder.text(name).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("every event has its geometries, the true one among them; the same bytes on any threads")
  func geometries() throws {
    try simulate("data.csv")
    let result = try solve("data.csv", to: "all.csv", "--family", "random", "--threads", "1")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.hasPrefix("\(folder["all.csv"]): 60 events in "))
    let all = try lines("all.csv")
    #expect(
      all[0].joined(separator: ",")
        == "event,solution,weight,sign,residual,status,cx,cy,cz,ox,oy,oz,sx,sy,sz")
    let truth = try TableReader<Double>(columns: Molecule.carbonylSulfide.positionColumns)
      .read(folder["data.csv"]).table
    for event in 1...60 {
      let mine = all.dropFirst().filter { $0[0] == "\(event)" }
      #expect(mine.map { $0[1] } == (1...max(1, mine.count)).map { "\($0)" })
      let weights = mine.reduce(0) { $0 + (Double($1[2]) ?? .nan) }
      #expect(abs(weights - 1) < 1e-12)
      #expect(mine.allSatisfy { $0[5] == "certified" && (Double($0[4]) ?? 1) < 1e-11 })
      let row = Array(truth.values[9 * (event - 1)..<9 * event])
      let nearest = mine.map { geometry in
        zip(geometry[6...], row).map { abs((Double($0) ?? .nan) - $1) }.max() ?? .nan
      }.min()
      #expect((nearest ?? 1) < 1e-5, "event \(event)")
    }
    #expect(
      try solve("data.csv", to: "two.csv", "--family", "random", "--threads", "2").status == 0)
    #expect(try folder.data("all.csv") == folder.data("two.csv"))
  }

  @Test("NPZ has the numbers of the CSV file; --json the counts")
  func formats() throws {
    try simulate("data.csv")
    #expect(try solve("data.csv", to: "all.csv").status == 0)
    let result = try solve("data.csv", to: "all.npz", "--json")
    #expect(result.status == 0, "\(result.messages)")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["events"] as? Int == 60)
    let solutions = try #require(object["solutions"] as? [Int])
    #expect(solutions.reduce(0, +) == 60)
    let text = try lines("all.csv").dropFirst()
    #expect(
      text.count == solutions.enumerated().reduce(0) { $0 + max(1, $1.offset) * $1.element })
    let columns =
      ["event", "solution", "weight", "sign", "residual"]
      + Molecule.carbonylSulfide.positionColumns
    let table = try TableReader<Double>(columns: columns).read(folder["all.npz"]).table
    #expect(table.rows == text.count)
    for (row, line) in text.enumerated() {
      let numbers = (line[..<5] + line[6...]).map { Double($0) ?? .nan }
      #expect(Array(table.values[row * 14..<(row + 1) * 14]) == numbers)
    }
  }

  @Test("momenta without geometries have a row that says so, and standard input is read")
  func impossible() throws {
    let names = Molecule.carbonylSulfide.momentumColumns.joined(separator: ",")
    let zeros = [String](repeating: "0", count: 9).joined(separator: ",")
    let row = "-27.8,69.1,-38.9,-299.7,170.8,15.5,327.5,-239.9,23.4"
    try "\(names)\n\(zeros)\n\(row)\n".write(
      toFile: folder["p.csv"], atomically: true, encoding: .utf8)
    let result = try Binary.shell("'\(Binary.path)' solve - --out - < '\(folder["p.csv"])'")
    #expect(result.status == 0, "\(result.messages)")
    let rows = result.output.split(separator: "\n")
    #expect(rows[1] == "1,0,0,0,nan,impossible,nan,nan,nan,nan,nan,nan,nan,nan,nan")
    #expect(rows.dropFirst(2).allSatisfy { $0.hasPrefix("2,") && $0.contains(",certified,") })
    #expect(rows.count > 2)
    #expect(
      result.messages.split(separator: "\n").contains { line in
        line.hasPrefix("  1 impossible: momenta that do not differ")
      })
  }

  @Test("momenta in other units are questioned")
  func units() throws {
    try simulate("data.csv", rows: 20)
    let result = try solve("data.csv", to: "all.csv", "--units", "momentum=0.001au")
    #expect(result.status == 0)
    #expect(
      result.messages.contains("20 of 20 events with geometries that are no molecules"),
      "\(result.messages)")
    #expect(try !solve("data.csv", to: "all.csv").messages.contains("no molecules"))
  }

  @Test("weights outside of a family are 0, and counted")
  func outside() throws {
    try simulate("data.csv", rows: 20)
    let result = try solve(
      "data.csv", to: "all.csv", "--family", "oriented", "--angle-min", "179.99")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.contains("20 without a geometry that the family has: weights 0"))
    #expect(try lines("all.csv").dropFirst().allSatisfy { $0[2] == "0" })
  }

  @Test(
    "what cannot be solved is refused with a hint",
    arguments: [
      (["--molecule", "CHBrClF"], 64, "all geometries can be listed for three"),
      (["--half", "3"], 64, "--half does not apply to --family none"),
      (
        ["--family", "random", "--temperature", "3"], 64, "it is an option of --family equilibrium"
      ),
      (["--charges", "2,2,-2"], 64, "every pair of ions must repel"),
      (["--units", "position=pm"], 64, "no positions are read"),
    ])
  func refused(options: [String], status: Int32, message: String) throws {
    try simulate("data.csv", rows: 5)
    let result = try Binary.run(
      ["solve", folder["data.csv"], "--out", folder["x.csv"]] + options)
    #expect(result.status == status)
    #expect(result.messages.contains(message), "\(result.messages)")
    #expect(!FileManager.default.fileExists(atPath: folder["x.csv"]))
  }
}
