import Datasets
import Foundation
import Glibc
import Testing

/// `implode predict` of a small run.
@Suite struct PredictTests {
  private let folder: TrainFolder
  private static let header = "cx,cy,cz,ox,oy,oz,sx,sy,sz"

  init() throws {
    folder = try TrainFolder()
    try #require(try folder.train("--progress", "none").status == 0)
  }

  private func predict(_ momenta: String = "data.csv", to out: String, _ rest: String...) throws
    -> Binary
  {
    let input = momenta == "-" ? "-" : folder[momenta]
    return try Binary.run(
      ["predict", folder["run"], input, "--out", folder[out], "--backend", "cpu"] + rest)
  }

  private func write(_ text: String, to name: String) throws {
    try text.write(toFile: folder[name], atomically: true, encoding: .utf8)
  }

  /// The data of the run, a line of cells each.
  private func rows() throws -> [[Substring]] {
    try folder.text("data.csv").split(separator: "\n").map { $0.split(separator: ",") }
  }

  @Test("positions of every row, the same bytes on any number of threads")
  func single() throws {
    let result = try predict(to: "one.csv", "--threads", "1")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.hasPrefix("\(folder["one.csv"]): 300 rows in "))
    let lines = try folder.text("one.csv").split(separator: "\n")
    #expect(lines.count == 301 && lines.first == Substring(Self.header))
    #expect(lines.dropFirst().allSatisfy { $0.split(separator: ",").count == 9 })
    #expect(try predict(to: "two.csv", "--threads", "2").status == 0)
    #expect(try folder.data("one.csv") == folder.data("two.csv"))
    #expect(try predict(to: "other.csv", "--seed", "2").status == 0)
    #expect(try folder.data("one.csv") != folder.data("other.csv"))
  }

  @Test("samples are numbered in CSV and have a dimension in NPZ; --mean is their mean")
  func several() throws {
    for (name, options) in [
      ("one.csv", []), ("draws.csv", ["--samples", "3"]),
      ("mean.csv", ["--samples", "3", "--mean"]),
      ("one.npz", []), ("draws.npz", ["--samples", "3"]),
    ] as [(String, [String])] {
      let result = try Binary.run(
        ["predict", folder["run"], folder["data.csv"], "--out", folder[name]] + options)
      #expect(result.status == 0, "\(result.messages)")
    }
    let one = try TableReader<Float>().read(folder["one.csv"]).table
    let draws = try TableReader<Float>().read(folder["draws.csv"]).table
    let mean = try TableReader<Float>().read(folder["mean.csv"]).table
    #expect(
      draws.columns == ["row", "sample"] + Self.header.split(separator: ",").map(String.init))
    #expect(draws.rows == 900 && one.rows == 300 && mean.rows == 300)
    for row in 0..<300 {
      for c in 0..<9 {
        let three = (0..<3).map { draws[3 * row + $0, 2 + c] }
        #expect(three[0] == one[row, c])
        #expect(abs(three.reduce(0, +) / 3 - mean[row, c]) <= 1e-5 * (1 + abs(mean[row, c])))
      }
      #expect(
        (0..<3).allSatisfy { Array(draws[3 * row + $0][..<2]) == [Float(row + 1), Float($0 + 1)] })
    }
    let array = try TableReader<Float>().read(folder["one.npz"]).table
    #expect(array.columns == one.columns && Array(array.values) == Array(one.values))
    // Arrays of three dimensions are none of a table: numpy has to read them.
    let bytes = try folder.data("draws.npz")
    #expect(bytes.range(of: Data("'shape': (300, 3, 9), }".utf8)) != nil)
    let values = draws.values.enumerated().filter { $0.offset % 11 > 1 }.map(\.element)
    #expect(bytes.range(of: values.withUnsafeBytes { Data($0) }) != nil)
  }

  @Test("momenta alone are read, whatever the file and whatever is beside them")
  func momentaAlone() throws {
    #expect(try predict(to: "out.csv").status == 0)
    let expected = try folder.data("out.csv")
    let rows = try rows()
    let momenta = rows.map { $0[9...].joined(separator: ",") }
    try write(momenta.joined(separator: "\n"), to: "momenta.csv")
    let garbage = momenta.enumerated().map {
      $0.offset == 0 ? $0.element + ",cx" : $0.element + ",?"
    }
    try write(garbage.joined(separator: "\n"), to: "garbage.csv")
    let table = try TableReader<Float>().read(folder["momenta.csv"]).table
    let writer = try TableWriter(
      folder["momenta.npz"], columns: table.columns, rows: 300, precision: .float32)
    try writer.append(floats: Array(table.values))
    try writer.close()
    #expect(try Binary.shell("gzip -k \(folder["momenta.csv"])").status == 0)
    for name in ["momenta.csv", "garbage.csv", "momenta.npz", "momenta.csv.gz"] {
      let result = try predict(name, to: "out.csv")
      #expect(result.status == 0, "\(name): \(result.messages)")
      #expect(result.messages.isEmpty == (name != "garbage.csv"), "\(result.messages)")
      #expect(try folder.data("out.csv") == expected, "\(name)")
    }
    let piped = try Binary.shell(
      "implode predict \(folder["run"]) - --out - < \(folder["momenta.csv"])")
    #expect(piped.status == 0 && Data(piped.output.utf8) == expected)
    #expect(piped.messages.hasPrefix("standard output: 300 rows in "))
  }

  @Test("rows that mean little are counted once")
  func oddities() throws {
    let rows = try rows()
    let names = rows[0][9...].joined(separator: ",")
    let good = rows[1][9...].joined(separator: ",")
    let resting = [String](repeating: "0", count: 9).joined(separator: ",")
    try write([names, good, resting, resting].joined(separator: "\n"), to: "resting.csv")
    let result = try predict("resting.csv", to: "out.csv")
    #expect(result.status == 0)
    #expect(
      result.messages.contains(
        "resting.csv: 2 of 3 rows without motion relative to the center of mass (rows 2, 3): their")
    )
    try write(
      [names, good, "1e20" + good.drop { $0 != "," }].joined(separator: "\n"), to: "far.csv")
    // In the canonical frame no momentum is large.
    #expect(try folder.train(out: "raw", "data.frame=raw", "--progress", "none").status == 0)
    let far = try Binary.run(
      ["predict", folder["raw"], folder["far.csv"], "--out", folder["out.csv"]])
    #expect(
      far.messages.contains(
        "far.csv: 1 of 2 rows with momenta unlike those of training (row 2): predictions are"))
  }

  @Test("a failure leaves nothing behind")
  func nothingLeft() throws {
    let before = folder.files()
    let text = try folder.text("data.csv")
    try write(text + text.split(separator: "\n")[1] + ",7\n", to: "torn.csv")
    let result = try predict("torn.csv", to: "out.csv")
    #expect(result.status == 65)
    #expect(result.messages.contains("torn.csv:302: 19 fields where the header has 18\n"))
    #expect(
      result.messages.contains("hint: --on-bad-row skip drops such rows (1 of 301 rows is bad)\n"))
    #expect(folder.files() == before.union(["torn.csv"]))
    let skipped = try predict("torn.csv", to: "out.csv", "--on-bad-row", "skip")
    #expect(skipped.status == 0 && skipped.messages.contains("1 of 301 rows dropped"))
    #expect(try folder.text("out.csv").split(separator: "\n").count == 301)
  }

  @Test("what cannot be predicted is said, with what to do")
  func refused() throws {
    try write("pcx,pcy,pcz,pox,poy,poz,psx,psy,psZ\n1,2,3,4,5,6,7,8,9\n", to: "name.csv")
    try write("", to: "empty.csv")
    try write("pcx,pcy,pcz,pox,poy,poz,psx,psy,psz\n", to: "rowless.csv")
    let (run, data, out) = (folder["run"], folder["data.csv"], folder["out.csv"])
    for (arguments, status, message) in [
      ([], 64, "no RUN\n"), ([run], 64, "no MOMENTA\n"), ([run, data], 64, "no --out\n"),
      ([run, data, "x", "--out", out], 64, "unexpected argument 'x'\n"),
      ([run, data, "--out", out, "--samples", "0"], 64, "must be from 1 to 100000\n"),
      ([run, data, "--out", out, "--mean"], 64, "--mean needs more than one sample\n"),
      ([run, data, "--out", data], 64, "--out is the file of momenta\n"),
      ([folder["none"], data, "--out", out], 66, "has no checkpoints/best.safetensors\n"),
      ([run, folder["none.csv"], "--out", out], 66, "cannot be opened"),
      ([run, folder["name.csv"], "--out", out], 65, "hint: is it 'psZ' for psz? the file has"),
      ([run, folder["empty.csv"], "--out", out], 65, "empty.csv: is empty\n"),
      ([run, folder["rowless.csv"], "--out", out], 65, "has a header and no rows\n"),
      ([run, data, "--out", "/nonexistent/out.csv"], 73, "cannot be created"),
      ([run, data, "--out", folder["out.npy"]], 73, "an NPY file has no names of columns\n"),
      ([run, data, "--out", "/dev/full"], 74, "No space left on device\n"),
    ] as [([String], Int32, String)] {
      let result = try Binary.run(["predict"] + arguments)
      #expect(result.status == status, "\(arguments): \(result.messages)")
      #expect(result.messages.contains(message), "\(result.messages)")
      #expect(result.messages.contains("\nhint: ") && result.output == "")
    }
    #expect(!folder.exists("out.csv"))
  }

  @Test("the input file is never overwritten")
  func aliases() throws {
    let folder = try TrainFolder()
    #expect(try folder.train("--progress", "none").status == 0)
    let before = try folder.data("data.csv")
    #expect(symlink(folder["data.csv"], folder["link.csv"]) == 0)
    for (input, out) in [
      (folder["data.csv"], folder["run/../data.csv"]), (folder["link.csv"], folder["data.csv"]),
    ] {
      let result = try Binary.run(["predict", folder["run"], input, "--out", out])
      #expect(result.status == 64 && result.messages.contains("--out is the file of momenta"))
    }
    #expect(try folder.data("data.csv") == before)
  }

  @Test(
    "momenta that are not like those of training are named, by rows of the whole file",
    arguments: [
      ("as they are", 1, [], 0, []), ("copy", 1, [], 0, ["3 rows equal to an earlier row"]),
      (
        "in 1e-24 kg m/s", 1.99285, [], 0,
        [" rows with a kinetic energy outside that of training, "]
      ),
      (
        "u·Å/fs", 0.012, [], 0,
        ["300 of 300 rows with a kinetic energy outside", "(rows 1, 2, 3, 4, 5, …)"]
      ),
      (
        "huge", 1e8, [], 0,
        [
          "600 predicted molecules smaller than 0.01 bohr or larger than 1,000, in 300 of 300 rows (rows 1,"
        ]
      ),
      (
        "kg m/s", 1.99285e-24, [], 65,
        ["600 predictions not finite, in 300 of 300 rows (rows 1, 2,"]
      ),
      (
        "without an ion", 1, [4, 99, 250], 0,
        ["3 of 300 rows whose momenta do not add up to 0 (rows 5, 100, 251): is an ion missing?"]
      ),
    ] as [(String, Double, [Int], Int32, [String])])
  func foreign(
    name: String, factor: Double, lost: [Int], status: Int32, messages: [String]
  ) throws {
    var lines = try rows()[0...].map { $0[9...].map(String.init) }
    for row in 1..<lines.count {
      lines[row] = lines[row].enumerated().map { c, cell in
        lost.contains(row - 1) && c / 3 == 1 ? "0" : "\(factor * (Double(cell) ?? .nan))"
      }
    }
    if name == "copy" { for row in 1...3 { lines[row + 100] = lines[row] } }
    try write(lines.map { $0.joined(separator: ",") }.joined(separator: "\n"), to: "foreign.csv")
    let result = try predict("foreign.csv", to: "out.csv", "--samples", "2", "--flags")
    #expect(result.status == status, "\(result.messages)")
    for message in messages {
      #expect(result.messages.contains(message), "\(name): \(result.messages)")
      #expect(result.messages.contains("\(folder["foreign.csv"]): "))
    }
    #expect(messages.isEmpty == result.messages.isEmpty, "\(name): \(result.messages)")
    #expect(folder.exists("out.csv") == (status == 0))
    guard status == 0 else { return }
    let out = try TableReader<Float>().read(folder["out.csv"]).table
    #expect(out.columns.last == "flags" && out.columns.count == 12 && out.rows == 600)
    for row in 0..<300 {
      #expect(lost.isEmpty || lost.contains(row) == (Int(out[2 * row, 11]) & 2 == 2), "\(row)")
      #expect(out[2 * row, 11] == out[2 * row + 1, 11])
    }
    if lost.isEmpty, factor == 1 { #expect((0..<600).allSatisfy { out[$0, 11] == 0 }) }
    #expect(factor != 0.012 || (0..<600).allSatisfy { Int(out[$0, 11]) & 4 == 4 })
  }

  @Test("the row of a charge that the model does not know is counted over the whole file")
  func charges() throws {
    let rows = try rows()
    var lines = rows.map { $0[9...].joined(separator: ",") + ",2,2,2" }
    lines[0] = rows[0][9...].joined(separator: ",") + ",qc,qo,qs"
    lines[290] = lines[290].dropLast(5) + "1,2,2"
    try write(lines.joined(separator: "\n"), to: "charged.csv")
    // Blocks of 131 rows.
    let result = try predict("charged.csv", to: "out.csv", "--samples", "1000")
    #expect(result.status == 65)
    #expect(
      result.messages.contains("\(folder["charged.csv"]): row 290 has charges [1.0, 2.0, 2.0]"),
      "\(result.messages)")
    let full = rows.enumerated().map { row, cells in
      cells.joined(separator: ",") + (row == 0 ? ",qc,qo,qs" : row == 290 ? ",1,2,2" : ",2,2,2")
    }
    try write(full.joined(separator: "\n"), to: "full.csv")
    let evaluated = try Binary.run(["evaluate", folder["run"], "--data", folder["full.csv"]])
    #expect(evaluated.messages.contains("\(folder["full.csv"]): row 290 has charges"))
  }
}
