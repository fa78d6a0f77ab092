import Datasets
import Foundation
import Physics
import Testing
import Text

/// `implode solve` with noise, and with an ion that was not measured.
@Suite struct SolveNoiseTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  private static let detector = ["--noise-plane", "2", "--noise-flight", "1", "--jet", "1.5"]

  private func run(_ arguments: [String]) throws -> Binary {
    try Binary.run(arguments)
  }

  private func simulate(_ name: String, rows: Int, _ noise: [String]) throws {
    let made = try run(
      ["simulate", "--family", "random", "--rows", "\(rows)", "--out", folder[name]] + noise)
    try #require(made.status == 0, "\(made.messages)")
  }

  private func solve(_ momenta: String, to out: String, _ rest: [String]) throws -> Binary {
    try run(["solve", folder[momenta], "--family", "random", "--out", folder[out]] + rest)
  }

  private func lines(_ name: String) throws -> [[String]] {
    try folder.text(name).split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test("samples of every event, a row about each, the same bytes on any threads")
  func samples() throws {
    try simulate("data.csv", rows: 12, Self.detector)
    let options = Self.detector + ["--draws", "40"]
    let result = try solve(
      "data.csv", to: "one.csv",
      options + ["--threads", "1", "--summary", folder["events.csv"], "--json"])
    #expect(result.status == 0, "\(result.messages)")
    let rows = try lines("one.csv")
    #expect(rows[0].joined(separator: ",") == "event,sample,weight,ess,cx,cy,cz,ox,oy,oz,sx,sy,sz")
    #expect(rows.count == 1 + 12 * 40)
    let events = try lines("events.csv")
    #expect(
      events[0].joined(separator: ",")
        == "event,ess,khat,log_evidence,geometries,near_fold,incomplete")
    #expect(events.count == 13)
    for event in 1...12 {
      let mine = rows[(1 + 40 * (event - 1))..<(1 + 40 * event)]
      #expect(mine.allSatisfy { $0[0] == "\(event)" && $0[3] == events[event][1] })
      let weights = mine.map { Double($0[2]) ?? .nan }
      #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
      let ess = 1 / weights.reduce(0) { $0 + $1 * $1 }
      #expect(abs(ess - (Double(events[event][1]) ?? 0)) < 1e-9 * ess)
    }
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["events"] as? Int == 12 && object["draws"] as? Int == 40)
    let sizes = events.dropFirst().compactMap { Double($0[1]) }.sorted()
    let ess = try #require(object["ess"] as? [String: Double])
    #expect(abs((ess["q50"] ?? 0) - sizes[6]) < 1e-9 && abs((ess["q05"] ?? 0) - sizes[0]) < 1e-9)
    #expect((object["khat"] as? [String: Double])?["q95"] != nil)
    #expect((object["solutions"] as? [Int])?.reduce(0, +) == 12)
    #expect(try solve("data.csv", to: "two.csv", options + ["--threads", "2"]).status == 0)
    #expect(try folder.data("one.csv") == folder.data("two.csv"))
    #expect(try solve("data.csv", to: "three.csv", options + ["--seed", "2"]).status == 0)
    #expect(try folder.data("one.csv") != folder.data("three.csv"))
  }

  @Test("noise of a file is that of the options which say the same")
  func file() throws {
    try simulate("data.csv", rows: 3, Self.detector)
    try "xx,xy,xz,yy,yz,zz\n1,0,0,4,0,4\n1,0,0,4,0,4\n1,0,0,9,0,9\n".write(
      toFile: folder["noise.csv"], atomically: true, encoding: .utf8)
    let short = ["--draws", "10", "--jet", "1"]
    #expect(
      try solve("data.csv", to: "a.csv", short + ["--noise-file", folder["noise.csv"]]).status == 0)
    let same = ["--noise-plane", "2,2,3", "--noise-flight", "1", "--flight-axis", "x"]
    #expect(try solve("data.csv", to: "b.csv", short + same).status == 0)
    #expect(try folder.data("a.csv") == folder.data("b.csv"))
  }

  @Test("one ion may be missing: its columns absent, empty or nan")
  func missing() throws {
    try simulate("data.csv", rows: 4, ["--precise"])
    let exact = try lines("data.csv")
    // Without the momentum of O: absent, and in other ways.
    let momenta = exact.map { Array($0[9...]) }
    func write(_ name: String, _ cells: (Int, [String]) -> [String]) throws {
      try momenta.enumerated().map { cells($0, $1).joined(separator: ",") }
        .joined(separator: "\n").write(
          toFile: folder[name], atomically: true, encoding: .utf8)
    }
    try write("absent.csv") { _, row in Array(row[..<3] + row[6...]) }
    try write("empty.csv") { i, row in
      i == 0
        ? row
        : Array(row[..<3]) + (i % 2 == 0 ? ["", "", ""] : ["nan", "NaN", "nan"])
          + Array(row[6...])
    }
    #expect(try solve("data.csv", to: "all.csv", []).status == 0)
    for name in ["absent.csv", "empty.csv"] {
      let refused = try solve(name, to: "x.csv", [])
      #expect(refused.status == 65, "\(refused.messages)")
      let result = try solve(name, to: "found.csv", ["--allow-missing"])
      #expect(result.status == 0, "\(result.messages)")
      let (all, found) = (try lines("all.csv"), try lines("found.csv"))
      #expect(all.count == found.count && all.count > 4)
      for (a, b) in zip(all, found).dropFirst() {
        for k in 6..<15 {
          #expect(abs((Double(a[k]) ?? .nan) - (Double(b[k]) ?? 0)) < 1e-6)
        }
      }
    }
    let noisy = try solve(
      "absent.csv", to: "samples.csv", Self.detector + ["--allow-missing", "--draws", "4"])
    #expect(noisy.status == 0, "\(noisy.messages)")
    #expect(try lines("samples.csv").count == 17)
    // Two ions are too few.
    try write("two.csv") { _, row in Array(row[..<3]) }
    let two = try solve("two.csv", to: "none.csv", ["--allow-missing"])
    #expect(two.output.contains("4 impossible"), "\(two.output)")
  }

  @Test("a total momentum that disagrees with the noise is questioned; one that is 0 is reported")
  func totals() throws {
    try simulate("data.csv", rows: 60, ["--noise-absolute", "2", "--jet", "4"])
    let quick = ["--draws", "1", "--noise-absolute", "2"]
    let narrow = try solve("data.csv", to: "a.csv", quick)
    #expect(narrow.messages.contains("the samples are too narrow"), "\(narrow.messages)")
    let right = try solve("data.csv", to: "a.csv", quick + ["--jet", "4"])
    #expect(!right.messages.contains("the samples are too"), "\(right.messages)")
    let wide = try solve("data.csv", to: "a.csv", quick + ["--jet", "20"])
    #expect(wide.messages.contains("the samples are too wide"), "\(wide.messages)")
    try simulate("zero.csv", rows: 5, ["--noise-absolute", "2"])
    let zero = try solve("zero.csv", to: "a.csv", quick)
    #expect(zero.messages.contains("the total momentum of 5 of 5 events is 0"), "\(zero.messages)")
  }

  @Test(
    "noise that makes no sense is refused with a hint",
    arguments: [
      (["--noise", "0.01", "--noise-absolute", "1"], "--noise and --noise-absolute"),
      (["--noise-plane", "2"], "--noise-plane without --noise-flight"),
      (["--flight-axis", "x"], "--flight-axis without"),
      (["--jet", "1"], "--jet without noise"),
      (["--draws", "3"], "--draws without noise"),
      (["--noise-plane", "2,1", "--noise-flight", "1"], "2 numbers for the 3 ions C, O, S"),
      (["--noise-plane", "0", "--noise-flight", "1"], "not above 0"),
      (["--noise-absolute", "-1"], "must not be negative"),
    ])
  func refused(options: [String], message: String) throws {
    try simulate("data.csv", rows: 3, [])
    let result = try solve("data.csv", to: "x.csv", options)
    #expect(result.status == 64)
    #expect(result.messages.contains(message), "\(result.messages)")
    #expect(!FileManager.default.fileExists(atPath: folder["x.csv"]))
  }

  @Test("a file of noise that is none is refused by its name")
  func badFile() throws {
    try simulate("data.csv", rows: 3, [])
    for (text, message) in [
      ("xx,xy,xz,yy,yz,zz\n1,0,0,1,0,1\n", "has 1 row, and OCS has 3 atoms"),
      (
        "xx,xy,xz,yy,yz,zz\n1,0,0,1,0,1\n1,2,0,1,0,1\n1,0,0,1,0,1\n",
        "row 2, of O, has a covariance"
      ),
      ("xx,yy,zz\n1,1,1\n", "xy"),
    ] {
      try text.write(toFile: folder["noise.csv"], atomically: true, encoding: .utf8)
      let result = try solve("data.csv", to: "x.csv", ["--noise-file", folder["noise.csv"]])
      #expect(result.status != 0)
      #expect(result.messages.contains(message), "\(result.messages)")
    }
  }
}
