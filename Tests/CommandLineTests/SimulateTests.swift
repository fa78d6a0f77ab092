import Datasets
import Foundation
import Testing

@Suite struct SimulateTests {
  private let file = FileManager.default.temporaryDirectory
    .appending(path: "implode-simulate-\(UUID().uuidString).csv")

  private func rows(_ arguments: String...) throws -> [[Double]] {
    defer { try? FileManager.default.removeItem(at: file) }
    let result = try Binary.run(["simulate", "--out", file.path] + arguments)
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.hasPrefix(file.path))
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    let columns = "cx,cy,cz,ox,oy,oz,sx,sy,sz,pcx,pcy,pcz,pox,poy,poz,psx,psy,psz"
    let charges = arguments.contains("1,1,1/2,2,2") ? ",qc,qo,qs" : ""
    #expect(lines.first ?? "" == columns + charges)
    return lines.dropFirst().map { $0.split(separator: ",").compactMap { Double(String($0)) } }
  }

  @Test("rows conserve energy and momentum", arguments: ["random", "equilibrium", "oriented"])
  func conserves(family: String) throws {
    let masses = [21894.71361, 29164.39289, 58441.80487]
    let rows = try rows("--family", family, "--rows", "200")
    #expect(rows.count == 200)
    for row in rows {
      let (kinetic, potential) = energies(of: row, masses)
      #expect(abs(kinetic - potential) < 1e-5 * potential)
      for k in 0..<3 {
        let total: Double = row[9 + k] + row[12 + k] + row[15 + k]
        #expect(abs(total) < 1e-9)
      }
    }
  }

  private func energies(of row: [Double], _ masses: [Double]) -> (Double, Double) {
    var kinetic = 0.0
    for k in 0..<9 { kinetic += row[9 + k] * row[9 + k] / (2 * masses[k / 3]) }
    var potential = 0.0
    for (i, j) in [(0, 1), (0, 2), (1, 2)] {
      var squared = 0.0
      for k in 0..<3 {
        let d = row[3 * i + k] - row[3 * j + k]
        squared += d * d
      }
      potential += 4 / squared.squareRoot()
    }
    return (kinetic, potential)
  }

  @Test("a row follows from the seed and its number")
  func reproducible() throws {
    let many = try rows("--family", "random", "--rows", "3000", "--threads", "2")
    let few = try rows("--family", "random", "--rows", "50", "--threads", "1")
    let others = try rows("--family", "random", "--rows", "50", "--seed", "2")
    #expect(Array(many[..<50]) == few && few != others)
  }

  @Test("molecules of a file explode as those of a family do")
  func positions() throws {
    let made = try rows("--family", "random", "--rows", "30", "--precise", "--digits", "17")
    let given = FileManager.default.temporaryDirectory
      .appending(path: "implode-positions-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: given) }
    let header = ["sx", "cy", "cz", "ox", "oy", "oz", "cx", "sy", "sz"].joined(separator: ";")
    // Two columns change places, as columns are found by name.
    let swapped = made.map { row in
      ([row[6]] + row[1..<6] + [row[0]] + row[7..<9]).map(\.description).joined(separator: ";")
    }
    try ([header] + swapped).joined(separator: "\n").write(
      to: given, atomically: true, encoding: .utf8)
    let exploded = try rows("--positions", given.path, "--precise", "--digits", "17")
    #expect(exploded == made)
    #expect(try rows("--positions", given.path, "--rows", "4").count == 4)
  }

  @Test("a molecule that cannot be simulated is named, and what does not go together is refused")
  func refused() throws {
    let given = FileManager.default.temporaryDirectory
      .appending(path: "implode-positions-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: given) }
    try "cx,cy,cz,ox,oy,oz,sx,sy,sz\n0,0,0,1,0,0,3,1,0\n0,0,0,1,0,0,1,0,0\n".write(
      to: given, atomically: true, encoding: .utf8)
    let bad = try Binary.run(["simulate", "--positions", given.path, "--out", file.path])
    #expect(bad.status == 65 && bad.messages.contains("row 2 cannot be simulated"))
    for arguments in [
      ["--positions", given.path, "--family", "random"],
      ["--positions", given.path, "--half", "3"],
      ["--family", "random", "--noise", "0.1", "--noise-absolute", "1"],
    ] {
      #expect(try Binary.run(["simulate", "--out", file.path] + arguments).status == 64)
    }
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test("absolute noise has the deviation asked for")
  func absoluteNoise() throws {
    let clean = try rows("--family", "random", "--rows", "400")
    let noisy = try rows("--family", "random", "--rows", "400", "--noise-absolute", "3")
    var sum = 0.0
    for (a, b) in zip(clean, noisy) { sum += (b[9] - a[9]) * (b[9] - a[9]) }
    // Taking back the drift leaves carbon 0.81 of the variance it would have alone.
    let deviation = (sum / 400).squareRoot()
    #expect(abs(deviation - 2.75) < 0.35, "\(deviation)")
  }

  @Test("the noise that is drawn and the noise that is left are printed")
  func noiseLine() throws {
    for (option, amount, start, ending) in [
      ("--noise", "0.02", "noise: 2.00 % of |p| drawn; ", " % (S) after the total"),
      ("--noise-absolute", "3", "noise: 3.00 atomic units drawn; ", " (S) after the total"),
    ] {
      let result = try Binary.run([
        "simulate", "--family", "equilibrium", "--rows", "500", option, amount, "--out", file.path,
        "--force",
      ])
      defer { try? FileManager.default.removeItem(at: file) }
      let lines = result.output.split(separator: "\n")
      #expect(result.status == 0 && lines.count == 2, "\(result.messages)")
      #expect(lines.last?.hasPrefix(start) == true && lines.last?.contains(ending) == true)
    }
  }

  @Test("an NPZ file holds the same numbers as the text")
  func arrays() throws {
    let rows = try rows("--family", "random", "--rows", "70")
    let archive = file.deletingPathExtension().appendingPathExtension("npz")
    defer { try? FileManager.default.removeItem(at: archive) }
    let result = try Binary.run(
      ["simulate", "--out", archive.path, "--family", "random", "--rows", "70"])
    #expect(result.status == 0, "\(result.messages)")
    let table = try TableReader<Double>().read(archive.path).table
    #expect(Array(table.values) == rows.flatMap { $0 })
  }

  @Test("charges are of the run, or drawn for each row")
  func charges() throws {
    let two = try rows("--family", "oriented", "--rows", "40", "--precise")
    let one = try rows(
      "--family", "oriented", "--rows", "40", "--precise", "--charges", "1,1,1")
    let mixed = try rows(
      "--family", "oriented", "--rows", "40", "--precise", "--charges", "1,1,1/2,2,2")
    func isClose(_ a: [Double], _ b: [Double]) -> Bool {
      zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 * max(1, abs($0)) }
    }
    for i in 0..<40 {
      let halved = Array(two[i][..<9]) + two[i][9...].map { $0 / 2 }
      #expect(isClose(one[i], halved))
      let charge = mixed[i][18]
      #expect(isClose(mixed[i], (charge == 1 ? one[i] : two[i]) + [charge, charge, charge]))
    }
    #expect(Set(mixed.map { $0[18] }) == [1, 2])
  }

  @Test(
    "what cannot be simulated is said, with what to do",
    arguments: [
      ([], 64, "error: implode simulate: no --family\n"),
      (["--family", "random"], 64, "error: implode simulate: no --out\n"),
      (["--family", "randm"], 64, "hint: did you mean 'random'?\n"),
      (
        ["--family", "random", "--out", "x.csv", "--temperature", "3"], 64,
        "--temperature does not apply to --family random\n"
      ),
      (
        ["--family", "random", "--out", "x.npz", "--digits", "3"], 64,
        "--digits does not apply to an NPZ file\n"
      ),
      (["--family", "random", "--out", "x.npy"], 73, "an NPY file has no names of columns\n"),
      (
        ["--family", "random", "--out", "x.npz", "--rows", "30000000"], 73,
        "are more than the 4 GiB of an NPZ file\n"
      ),
      (
        ["--family", "random", "--out", "x.csv", "--charges", "2,2"], 64,
        "is not a charge for each of C, O, S\n"
      ),
      (["--family", "random", "--out", "x.csv", "--charges", "2,-2,2"], 64, "must repel\n"),
      (["--family", "random", "--out", "x.csv", "--rows", "0"], 64, "must be at least 1\n"),
      (["--family", "random", "--out", "/nonexistent/x.csv"], 73, "cannot be created"),
      (["--family", "random", "--out", "/dev/full"], 74, "No space left on device\n"),
    ] as [([String], Int, String)])
  func refuses(_ arguments: [String], status: Int, message: String) throws {
    let result = try Binary.run(["simulate"] + arguments)
    #expect(result.status == Int32(status), "\(result.messages)")
    #expect(result.messages.contains(message), "\(result.messages)")
    #expect(!FileManager.default.fileExists(atPath: "x.csv"))
  }
}
