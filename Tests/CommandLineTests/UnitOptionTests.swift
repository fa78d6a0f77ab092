import Datasets
import Foundation
import Testing

/// `--units` of all commands that read data, on data in SI units.
@Suite struct UnitOptionTests {
  private let folder: TrainFolder
  private static let option = "--units momentum=si,position=pm"
  private static let small = TrainFolder.small.map { "'\($0)'" }.joined(separator: " ")

  init() throws {
    folder = try TrainFolder()
    let converted = try shell(
      #"""
      awk -F, -v OFS=, 'NR > 1 {
        for (i = 1; i <= 9; i++) $i = sprintf("%.9g", $i * 52.9177210903)
        for (i = 10; i <= 18; i++) $i = sprintf("%.9g", $i * 1.99285191410e-24)
      } 1' data.csv > si.csv
      """#)
    try #require(converted.status == 0, "\(converted.messages)")
  }

  private func shell(_ line: String) throws -> Binary {
    try Binary.shell("cd '\(folder.path)'; \(line)")
  }

  private func train(_ run: String, _ data: String, _ options: String = "") throws -> Binary {
    try shell(
      "implode train default \(Self.small) --data \(data) --out \(run) --backend cpu --threads 1 "
        + options)
  }

  @Test("inspect names the option that other units need, and has nothing to say with it")
  func inspect() throws {
    let plain = try shell("implode inspect si.csv")
    #expect(
      plain.output.contains("add") && plain.output.contains("momentum=si,position=pm"),
      "\(plain.output)")
    let half = try shell("implode inspect si.csv --units position=pm")
    #expect(half.output.contains("momentum=si,position=pm"), "\(half.output)")
    let read = try shell("implode inspect si.csv \(Self.option)")
    #expect(read.status == 0 && read.output.contains("KE/PE is 1: atomic units"), "\(read.output)")
    #expect(read.output.hasPrefix("si.csv: 300 rows, converted from momentum=si,position=pm\n"))
    let json = try shell("implode inspect si.csv --json \(Self.option)")
    #expect(json.output.contains(#""units": "momentum=si,position=pm""#))
  }

  @Test("a run remembers the units of its data, and is as good as one in atomic units")
  func run() throws {
    #expect(try train("au", "data.csv").status == 0)
    let trained = try train("si", "si.csv", Self.option)
    #expect(trained.status == 0, "\(trained.messages)")
    let record = try folder.object("si/run.json")["data"] as? [String: Any]
    #expect(record?["units"] as? String == "momentum=si,position=pm")
    #expect(record?["columns"] is NSNull)
    // Own data need no option, and named again they are the training data.
    for options in ["", "--data si.csv \(Self.option)"] {
      let evaluated = try shell(
        "implode evaluate si --calibration-rows 0 --backend cpu --json \(options)")
      #expect(evaluated.status == 0, "\(evaluated.messages)")
      #expect(evaluated.messages.contains("are the training data") == !options.isEmpty)
      #expect(!evaluated.messages.contains("KE/PE"), "\(evaluated.messages)")
    }
    // Rows of the file in a file of their own.
    let part = try shell(
      "head -101 si.csv > part.csv; implode evaluate si --data part.csv --calibration-rows 0 "
        + "--backend cpu \(Self.option)")
    #expect(part.messages.contains(" of 100 rows were used in training or validation"))
    let without = try shell(
      "implode evaluate si --data si.csv --calibration-rows 0 --backend cpu")
    #expect(
      without.messages.contains("add --units momentum=si,position=pm")
        && without.messages.contains("with --units momentum=si their energies are those of "),
      "\(without.messages)")
    let losses = try ["au", "si"].map { run in
      try #require(try folder.object("\(run)/run.json")["best_validation_loss"] as? Double)
    }
    #expect(abs(losses[0] - losses[1]) < 1e-3 * abs(losses[0]), "\(losses)")
    let report = try shell("implode report si --calibration-rows 0 --backend cpu")
    #expect(report.status == 0, "\(report.messages)")
    #expect(try folder.text("si/report/index.html").contains("momentum=si,position=pm"))
  }

  @Test("a resumed run reads its data as before, and refuses other units")
  func resume() throws {
    #expect(try train("si", "si.csv", Self.option).status == 0)
    let more = "training.epochs=4 --resume auto"
    let refused = try train("si", "si.csv", "\(more) --units momentum=1e-24si,position=pm")
    #expect(
      refused.status == 65
        && refused.messages.contains(
          "si.csv: is read with --units momentum=1e-24si,position=pm, and the run was started with "
            + "--units momentum=si,position=pm"),
      "\(refused.messages)")
    let resumed = try train("si", "si.csv", more)
    #expect(resumed.status == 0, "\(resumed.messages)")
    #expect(try folder.metrics("si").count == 5)
  }

  @Test("predict reads momenta in other units, and names those that would fit")
  func predict() throws {
    #expect(try train("run", "data.csv").status == 0)
    for (name, data, option) in [
      ("a", "data.csv", ""), ("b", "si.csv", "--units momentum=si"),
    ] {
      let result = try shell(
        "implode predict run \(data) --out \(name).csv --backend cpu \(option)")
      #expect(result.status == 0, "\(result.messages)")
      #expect(!result.messages.contains("energy"), "\(result.messages)")
    }
    let tables = try ["a", "b"].map { try TableReader<Float>().read(folder["\($0).csv"]).table }
    let apart = withExtendedLifetime(tables) {
      zip(tables[0].values, tables[1].values).map { abs($0 - $1) }.max() ?? .nan
    }
    #expect(apart < 1e-4 && tables[0].rows == tables[1].rows, "\(apart)")
    let without = try shell("implode predict run si.csv --out c.csv --backend cpu")
    #expect(
      without.status == 65
        && without.messages.contains(
          "hint: are the momenta in atomic units? with --units momentum=si"),
      "\(without.messages)")
  }

  @Test("simulate explodes geometries in other units")
  func simulate() throws {
    for (name, data, option) in [
      ("a", "data.csv", ""), ("b", "si.csv", "--units position=pm"),
    ] {
      let result = try shell("implode simulate --positions \(data) --out \(name).npz \(option)")
      #expect(result.status == 0, "\(result.messages)")
    }
    let tables = try ["a", "b"].map { try TableReader<Double>().read(folder["\($0).npz"]).table }
    // Their memory goes with them, and an optimizer lets go of what is named no more.
    withExtendedLifetime(tables) {
      for (a, b) in zip(tables[0].values, tables[1].values) {
        #expect(abs(a - b) <= 1e-5 * (1 + abs(a)))
      }
    }
  }

  @Test(
    "units that do not apply are refused",
    arguments: [
      ("predict run data.csv --out a.csv --units position=pm", "no positions are read"),
      ("simulate --positions data.csv --out a.csv --units momentum=si", "no momenta are read"),
      ("simulate --family random --out a.csv --units position=pm", "--units without --positions"),
      ("simulate --family random --out a.csv --columns cx=x", "--columns without --positions"),
      ("inspect data.csv --units momentum=sj", "'sj' is not a unit of momentum"),
    ])
  func refused(_ line: String, _ message: String) throws {
    let result = try shell("implode \(line)")
    #expect(result.status == 64 && result.messages.contains(message), "\(result.messages)")
    #expect(result.messages.contains("\nhint: ") && !folder.exists("a.csv"))
  }
}
