import Datasets
import Foundation
import Physics
import Testing
import Text

/// `implode solve` from starts, for any number of atoms.
@Suite struct SolveFromTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  private func run(_ arguments: String...) throws -> Binary {
    let result = try Binary.run(arguments)
    try #require(result.status == 0, "\(arguments): \(result.messages)")
    return result
  }

  private func simulate(_ name: String, _ rest: String...) throws {
    let made = try Binary.run(
      ["simulate", "--rows", "12", "--seed", "5", "--precise", "--out", folder[name]] + rest)
    try #require(made.status == 0, "\(made.messages)")
  }

  private func table(_ name: String, _ columns: [String]? = nil) throws -> Table<Double> {
    try TableReader<Double>(columns: columns).read(folder[name]).table
  }

  private func lines(_ name: String) throws -> [[String]] {
    try folder.text(name).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("from a run: geometries of the exact list, the same bytes on any threads and in NPZ")
  func fromRun() throws {
    #expect(try folder.train("training.epochs=30").status == 0)
    try simulate("p.csv", "--family", "random")
    let options = ["--from", folder["run"], "--family", "random", "--draws", "12"]
    let result = try Binary.run(
      ["solve", folder["p.csv"], "--out", folder["a.csv"], "--threads", "1"] + options)
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.contains("12 found: from 12 starts; there may be others"))
    #expect(result.output.contains("found by either half of the starts: "))
    let found = try lines("a.csv")
    #expect(
      found[0].joined(separator: ",")
        == "event,solution,weight,sign,residual,status,cx,cy,cz,ox,oy,oz,sx,sy,sz")
    _ = try run("solve", folder["p.csv"], "--family", "random", "--out", folder["exact.csv"])
    let exact = try lines("exact.csv").dropFirst()
    for line in found.dropFirst() {
      #expect(line[5] == "found" && (Double(line[4]) ?? 1) < 2e-12)
      let partners = exact.filter { other in
        other[0] == line[0] && other[3] == line[3]
          && zip(other[6...], line[6...]).allSatisfy {
            abs((Double($0) ?? .nan) - (Double($1) ?? .nan)) < 1e-5
          }
      }
      #expect(partners.count == 1, "\(line)")
    }
    for event in 1...12 {
      let weights = found.dropFirst().filter { $0[0] == "\(event)" }.map { Double($0[2]) ?? .nan }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
      #expect(weights == weights.sorted(by: >))
    }
    for (name, threads) in [("b.csv", "2"), ("a.npz", "2")] {
      let again = try Binary.run(
        ["solve", folder["p.csv"], "--out", folder[name], "--threads", threads] + options)
      #expect(again.status == 0)
    }
    #expect(try folder.data("a.csv") == folder.data("b.csv"))
    let numbers = try table("a.npz")
    #expect(numbers.rows == found.count - 1)
    let status = try #require(numbers.columns.firstIndex(of: "status"))
    for (row, line) in found.dropFirst().enumerated() {
      #expect(numbers[row, status] == 4)
      let own = Array(numbers[row])
      #expect(own[..<5] + own[6...] == (line[..<5] + line[6...]).map { Double($0) ?? .nan }[...])
    }
    let json = try run(
      "solve", folder["p.csv"], "--out", folder["c.csv"], "--from", folder["run"], "--draws", "4",
      "--json")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["events"] as? Int == 12 && object["starts"] as? Int == 4)
    let recapture = try #require(object["recapture"] as? [String: Any])
    #expect(Set(recapture.keys) == ["first", "second", "both", "missed", "missed_error"])
  }

  @Test("without a run, starts of a family: five atoms, and two")
  func fromFamily() throws {
    for (molecule, extra) in [("CHBrClF", ["--racemic"]), (folder["bar.json5"], [])] {
      let bar =
        "{ name: \"bar\", atoms: [\"H\", \"Cl\"], geometry: [[0,0,0],[0,0,1.27]], hessian: "
        + "[[0,0,0,0,0,0],[0,0,0,0,0,0],[0,0,0.33,0,0,-0.33],"
        + "[0,0,0,0,0,0],[0,0,0,0,0,0],[0,0,-0.33,0,0,0.33]] }"
      try bar.write(toFile: folder["bar.json5"], atomically: true, encoding: .utf8)
      let family = ["--molecule", molecule, "--family", "equilibrium"] + extra
      let made = try Binary.run(
        [
          "simulate", "--rows", "6", "--seed", "5", "--precise", "--out", folder["m.csv"],
          "--force",
        ]
          + family)
      try #require(made.status == 0, "\(made.messages)")
      let result = try Binary.run(
        ["solve", folder["m.csv"], "--out", folder["m-found.csv"], "--draws", "8", "--force"]
          + family)
      #expect(result.status == 0, "\(result.messages)")
      let truth = try table("m.csv")
      let width = truth.width / 2
      let found = try lines("m-found.csv").dropFirst()
      for event in 1...6 {
        let row = Array(truth[event - 1][..<width])
        let errors = found.filter { $0[0] == "\(event)" }.map { line in
          zip(line[6...], row).map { abs((Double($0) ?? .nan) - $1) }.max() ?? .nan
        }
        #expect((errors.min() ?? 1) < 1e-7, "\(molecule), event \(event)")
      }
    }
  }

  @Test("charges of each row are those of its explosion")
  func charges() throws {
    try simulate("p.csv", "--family", "random", "--charges", "2,2,2/1,2,3")
    let all = try table("p.csv")
    _ = try run(
      "simulate", "--family", "random", "--rows", "200", "--charges", "2,2,2/1,2,3", "--out",
      folder["mixed.csv"])
    #expect(try folder.train("--data", folder["mixed.csv"], "training.epochs=30").status == 0)
    _ = try run(
      "solve", folder["p.csv"], "--from", folder["run"], "--draws", "16", "--out", folder["a.csv"])
    let found = try lines("a.csv").dropFirst()
    var hits = 0
    for event in 1...12 {
      let row = Array(all[event - 1][..<9])
      let isThere = found.contains { line in
        line[0] == "\(event)"
          && zip(line[6...], row).allSatisfy { abs((Double($0) ?? .nan) - $1) < 1e-6 }
      }
      hits += isThere ? 1 : 0
    }
    #expect(hits >= 10, "\(hits) of 12")
    // Without those columns a model that needs them cannot predict.
    let uncharged = try folder.text("p.csv").split(separator: "\n").map {
      $0.split(separator: ",").dropLast(3).joined(separator: ",")
    }
    try uncharged.joined(separator: "\n").write(
      toFile: folder["q.csv"], atomically: true, encoding: .utf8)
    let blind = try Binary.run(
      ["solve", folder["q.csv"], "--from", folder["run"], "--out", folder["b.csv"]])
    #expect(blind.status == 65 && blind.messages.contains("columns qc, qo, qs are missing"))
  }

  @Test("momenta that no start reaches, and those of no explosion, have a row that says so")
  func hostile() throws {
    #expect(try folder.train().status == 0)
    let names = Molecule.carbonylSulfide.momentumColumns.joined(separator: ",")
    let rows = [
      "0,0,0,0,0,0,0,0,0", "-27.8,69.1,-38.9,-299.7,170.8,15.5,327.5,-239.9,23.4",
      "1e300,0,0,-1e300,0,0,0,0,0", "1e-200,0,0,-1e-200,1e-210,0,0,0,0",
    ]
    try ([names] + rows).joined(separator: "\n").write(
      toFile: folder["p.csv"], atomically: true, encoding: .utf8)
    let result = try run(
      "solve", folder["p.csv"], "--from", folder["run"], "--out", folder["a.csv"], "--draws", "4")
    let found = try lines("a.csv").dropFirst()
    #expect(
      found.first?.joined(separator: ",")
        == "1,0,0,0,nan,impossible,nan,nan,nan,nan,nan,nan,nan,nan,nan")
    #expect(found.contains { $0[0] == "2" && $0[5] == "found" })
    #expect(Set(found.map { $0[0] }) == ["1", "2", "3", "4"], "\(result.output)")
  }

  @Test("what cannot be searched is refused with a hint")
  func refused() throws {
    #expect(try folder.train().status == 0)
    try simulate("co2.csv", "--family", "random", "--molecule", "CO2")
    try simulate("ocs.csv", "--family", "random")
    let run = folder["run"]
    let cases: [([String], Int32, String)] = [
      (["co2.csv", "--from", run], 65, "its momenta are those of c, o1, o2, not of c, o, s"),
      (["co2.csv", "--from", run, "--molecule", "CO2"], 64, "which is a run of OCS"),
      (["ocs.csv", "--from", run, "--charges", "1,2,2"], 64, "--charges with --from"),
      (["ocs.csv", "--from", folder["no-run"]], 66, "no-run"),
      (["ocs.csv", "--molecule", "CHBrClF"], 64, "add --from RUN"),
      (
        ["ocs.csv", "--molecule", "CHBrClF", "--family", "oriented"], 64,
        "one of molecules of 3 atoms"
      ),
      (["ocs.csv", "--molecule", "CH4", "--family", "equilibrium"], 64, "has no force field"),
      (["ocs.csv", "--draws", "0"], 64, "must be from 1"),
    ]
    for (options, status, message) in cases {
      let result = try Binary.run(
        ["solve", folder[options[0]], "--out", folder["x.csv"]] + options.dropFirst())
      #expect(result.status == status, "\(options): \(result.messages)")
      #expect(result.messages.contains(message), "\(options): \(result.messages)")
      #expect(!folder.exists("x.csv"))
    }
  }
}
