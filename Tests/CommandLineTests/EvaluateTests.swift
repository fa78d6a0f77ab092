import Foundation
import Glibc
import Testing
import Text

/// `implode evaluate` of a small run.
@Suite struct EvaluateTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  @Test("JSON has the keys of the contract, and is kept in the run's folder")
  func json() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    let result = try Binary.run(
      ["evaluate", folder["run"], "--samples", "3", "--backend", "cpu", "--json"])
    #expect(result.status == 0, "\(result.messages)")
    #expect(try folder.text("run/evaluation.json") == result.output)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(object["split"] as? String == "test" && object["rows"] as? Int == 45)
    for part in ["single", "mean"] {
      let metrics = try #require(object[part] as? [String: Any])
      for key in [
        "mse", "mae", "mre_percent", "mre_median_percent", "mre2_percent", "energy_diff1",
        "energy_diff2", "resimulation_error", "bond_co", "bond_cs", "angle_ocs",
      ] {
        #expect(metrics[key] is Double, "\(part).\(key)")
      }
    }
    let calibration = try #require(object["calibration"] as? [String: Any])
    #expect(calibration["rows"] as? Int == 45 && calibration["samples"] as? Int == 256)
    #expect((calibration["coverage"] as? [Double])?.count == 4)
    #expect((object["latent"] as? [String: Any])?["dimensions"] is Int)
    #expect((object["density"] as? [String: Any])?["negative_log_likelihood"] is Double)
    #expect((object["examples"] as? [[String: Any]])?.count == 3)
    let columns = try #require(object["per_coordinate"] as? [String: [String: Double]])
    #expect(columns.count == 9 && columns["sz"]?.count == 3)
  }

  @Test("without test rows the validation rows are evaluated, with a warning")
  func noTestRows() throws {
    let trained = try folder.train("data.split=[0.8,0.2,0]", "--progress", "none")
    #expect(trained.status == 0, "\(trained.messages)")
    let data = try #require(try folder.object("run/run.json")["data"] as? [String: Any])
    #expect(data["test"] as? Int == 0 && data["validation"] as? Int == 60)
    let arguments = [folder["run"], "--samples", "1", "--calibration-rows", "20"]
    let result = try Binary.run(["evaluate"] + arguments + ["--json"])
    #expect(result.status == 0 && result.messages.contains("has no test rows: evaluated on"))
    let object = try folder.object("run/evaluation.json")
    #expect(object["split"] as? String == "validation" && object["rows"] as? Int == 60)
    let asked = try Binary.run(["evaluate"] + arguments + ["--split", "validation"])
    #expect(asked.status == 0 && !asked.messages.contains("no test rows"), "\(asked.messages)")
    for command in ["evaluate", "report"] {
      let refused = try Binary.run([command] + arguments + ["--split", "test"])
      #expect(refused.status == 64, "\(refused.messages)")
      #expect(refused.messages.contains("its data.split is [0.8, 0.2, 0.0]"))
      #expect(refused.messages.contains("hint: evaluate the validation rows with --split "))
    }
    let report = try Binary.run(
      ["report"] + arguments, environment: ["IMPLODE_GNUPLOT": "/nowhere"])
    #expect(report.status == 0 && report.messages.contains("no test rows"), "\(report.messages)")
    #expect(try folder.text("run/report/index.html").contains("training data, validation split"))
  }

  @Test("the table fits a hundred columns and has the baseline")
  func table() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    let result = try Binary.run(["evaluate", folder["run"], "--samples", "2"])
    let lines = result.output.split(separator: "\n")
    #expect(lines.contains("test: 45 rows") && lines.count > 50)
    #expect(lines.last?.hasPrefix("The baseline is") == true)
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(result.output.contains("baseline") && result.output.contains("mean of 2"))
    let again = try Binary.run(["evaluate", folder["run"], "--samples", "2"])
    #expect(again.output == result.output)
    let other = try Binary.run(["evaluate", folder["run"], "--samples", "2", "--seed", "9"])
    #expect(other.output != result.output)
  }

  @Test("where no prediction is finite there are no numbers, an error, and no rank")
  func noneFinite() throws {
    for run in ["run", "other"] {
      #expect(try folder.train(out: run, "--progress", "none").status == 0)
    }
    let lines = try folder.text("data.csv").split(separator: "\n")
    let rows = lines.dropFirst().map { line in
      line.split(separator: ",").enumerated().map { column, cell in
        column < 9 ? String(cell) : "\((Double(String(cell)) ?? .nan) * 1.99285e-24)"
      }.joined(separator: ",")
    }
    try (String(lines[0]) + "\n" + rows.joined(separator: "\n") + "\n").write(
      toFile: folder["si.csv"], atomically: true, encoding: .utf8)
    let options = ["--data", folder["si.csv"], "--samples", "2", "--calibration-samples", "4"]
    let shown = try Binary.run(["evaluate", folder["run"]] + options)
    #expect(shown.status == 65, "\(shown.messages)")
    #expect(shown.messages.contains("error: \(folder["si.csv"]): no prediction of 300 rows is "))
    #expect(
      shown.messages.contains("hint: are the momenta in atomic units? with --units momentum=si"))
    #expect(
      shown.output.split(separator: "\n").contains {
        $0.hasPrefix("MSE, bohr²  ") && $0.contains(" - ")
      })
    let other = try Binary.run(["evaluate", folder["other"], "--json"] + options)
    #expect(other.status == 65)
    #expect(try folder.text("other/evaluation.json") == other.output)
    for part in ["single", "mean"] {
      let metrics = try #require(try folder.object("other/evaluation.json")[part] as? [String: Any])
      #expect(metrics["mse"] is NSNull && metrics["largest_error"] is NSNull, "\(metrics)")
      #expect(metrics["not_finite"] as? Int == 300)
    }
    #expect(try Binary.run(["evaluate", folder["run"], "--calibration-rows", "0"]).status == 0)
    let list = try Binary.run(["runs", folder.path, "--sort", "mse"])
    let names = list.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
    #expect(names.dropFirst().first == "run" && names.contains("other"), "\(list.output)")
    let report = try Binary.run(
      ["report", folder["run"]] + options, environment: ["IMPLODE_GNUPLOT": "/nowhere"])
    #expect(report.status == 65, "\(report.messages)")
    let page = try folder.text("run/report/index.html")
    #expect(page.contains("No prediction is finite.") && !page.contains("the posterior is"))
    #expect(page.contains("with --units momentum=si their energies are those of training"))
    #expect(try folder.text("run/report/metrics.md").contains("- warning: "))
  }

  @Test("what is no run is named")
  func refused() throws {
    let nothing = try Binary.run(["evaluate", folder["nothing"]])
    #expect(nothing.status == 66)
    #expect(nothing.messages.contains("has no checkpoints/best.safetensors"))
    #expect(try Binary.run(["evaluate"]).status == 64)
    #expect(try Binary.run(["evaluate", "a", "b"]).status == 64)
    for option in [["--samples", "0"], ["--calibration-samples", "1"], ["--show", "101"]] {
      #expect(try Binary.run(["evaluate", "a"] + option).status == 64)
    }
  }

  @Test("the baseline is that of the training rows, whatever rows are evaluated")
  func baseline() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    let lines = try folder.text("data.csv").split(separator: "\n")
    try lines.prefix(2).joined(separator: "\n").write(
      toFile: folder["one.csv"], atomically: true, encoding: .utf8)
    let result = try Binary.run([
      "evaluate", folder["run"], "--data", folder["one.csv"], "--calibration-rows", "0", "--json",
    ])
    #expect(result.status == 0, "\(result.messages)")
    let object = try folder.object("run/evaluation.json")
    let baseline = try #require(object["baseline"] as? [String: Any])
    // The mean of one row would be that row.
    #expect((baseline["mae"] as? Double ?? 0) > 0.1)
    let data = try #require(object["data"] as? [String: Any])
    #expect(data["file"] as? String == folder["one.csv"] && data["rows"] as? Int == 1)
    #expect(object["seed"] as? String == "1" && object["version"] is String)
    let split = try Binary.run([
      "evaluate", folder["run"], "--data", folder["one.csv"], "--split", "train",
    ])
    #expect(
      split.status == 64 && split.messages.contains("--split applies to the training data only"))
  }

  @Test("evaluate and predict give the same sample for a row")
  func sameAsPredict() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    #expect(
      try Binary.run([
        "evaluate", folder["run"], "--samples", "1", "--calibration-rows", "0", "--show", "20",
      ]).status == 0)
    #expect(
      try Binary.run([
        "predict", folder["run"], folder["data.csv"], "--out", folder["all.csv"],
      ]).status == 0)
    let predicted = try folder.text("all.csv").split(separator: "\n").dropFirst().map { line in
      line.split(separator: ",").compactMap { Double($0) }
    }
    let examples = try #require(
      try folder.object("run/evaluation.json")["examples"] as? [[String: Any]])
    #expect(examples.count == 20)
    for example in examples {
      let row = try #require(example["row"] as? Int)
      let single = try #require(example["single"] as? [String: Double])
      let cx = try #require(single["cx"]), sz = try #require(single["sz"])
      #expect(abs(cx - predicted[row - 1][0]) < 1e-6 * max(1, abs(cx)), "row \(row)")
      #expect(abs(sz - predicted[row - 1][8]) < 1e-6 * max(1, abs(sz)), "row \(row)")
    }
  }

  @Test("errors are relative to the center of mass, and the translation is named")
  func origin() throws {
    let data = folder["oriented.csv"]
    let made = try Binary.run([
      "simulate", "--family", "oriented", "--rows", "600", "--out", data,
    ])
    #expect(made.status == 0)
    #expect(try folder.train("--data", data, "--progress", "none").status == 0)
    var mse: [String: Double] = [:]
    for origin in ["center", "file"] {
      let result = try Binary.run([
        "evaluate", folder["run"], "--origin", origin, "--samples", "2", "--json",
      ])
      #expect(result.status == 0, "\(result.messages)")
      let object = try folder.object("run/evaluation.json")
      #expect(object["origin"] as? String == origin)
      let translation = try #require(object["translation"] as? [String: Double])
      #expect(abs((translation["mse"] ?? 0) - 1) < 0.3)
      let baseline = try #require(object["baseline"] as? [String: Any])
      mse[origin] = (object["mean"] as? [String: Any])?["mse"] as? Double
      let model = try #require(mse[origin])
      if origin == "center" {
        #expect(model.isFinite)
        #expect(baseline["mre_percent"] as? Double ?? .infinity < 1e6)
      }
    }
    // A floor of 1 bohr², but for the shapes of 90 rows.
    #expect((mse["file"] ?? 0) - (mse["center"] ?? 1) > 0.6)
    let text = try Binary.run(["evaluate", folder["run"], "--samples", "2"]).output
    #expect(text.contains("relative to the center of mass"))
    let report = try Binary.run(["report", folder["run"], "--samples", "2"])
    #expect(report.status == 0, "\(report.messages)")
    #expect(try folder.text("run/report/index.html").contains("origin of the errors"))
  }

  @Test("rows that the model learned from are noticed, in whatever file they are")
  func usedRows() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    try folder.simulate(rows: 50, seed: 2, to: "fresh.csv")
    let own = try folder.text("data.csv").split(separator: "\n")
    let fresh = try folder.text("fresh.csv").split(separator: "\n")
    try (fresh + own.suffix(100)).joined(separator: "\n").write(
      toFile: folder["mixed.csv"], atomically: true, encoding: .utf8)
    // The same rows in another format and order of the columns.
    let turned = own.map { line in
      let cells = line.split(separator: ",")
      return (cells[9...] + cells[..<9]).joined(separator: "\t")
    }
    try turned.joined(separator: "\n").write(
      toFile: folder["turned.tsv"], atomically: true, encoding: .utf8)
    try FileManager.default.copyItem(atPath: folder["data.csv"], toPath: folder["copy.csv"])
    func evaluate(_ arguments: String...) throws -> (messages: String, [String: Any], rows: Int) {
      let result = try Binary.run(
        ["evaluate", folder["run"], "--samples", "1", "--calibration-rows", "0"] + arguments)
      #expect(result.status == 0, "\(result.messages)")
      let object = try folder.object("run/evaluation.json")
      return (
        result.messages, try #require(object["data"] as? [String: Any]),
        try #require(object["rows"] as? Int)
      )
    }
    for (file, isTraining, rows, used, message) in [
      (nil, true, 45, 0...0, ""), ("fresh.csv", false, 50, 0...0, ""),
      (
        "copy.csv", true, 45, 0...0,
        "these are the training data: evaluated on the 45 rows of the test split only"
      ),
      ("turned.tsv", true, 45, 0...0, "these are the training data"),
      // 85 % of 100 rows, but for chance.
      ("mixed.csv", false, 150, 70...97, "of 150 rows were used in training or validation"),
    ] as [(String?, Bool, Int, ClosedRange<Int>, String)] {
      let found = try file.map { try evaluate("--data", folder[$0]) } ?? evaluate()
      #expect(found.rows == rows && found.1["is_training_data"] as? Bool == isTraining)
      #expect(used.contains(found.1["used_in_training"] as? Int ?? -1), "\(file ?? "")")
      #expect(
        message.isEmpty ? found.messages.isEmpty : found.messages.contains(message),
        "\(found.messages)")
    }
    #expect(try evaluate("--split", "train").1["used_in_training"] as? Int == 210)
    try FileManager.default.removeItem(atPath: folder["data.csv"])
    let gone = try evaluate("--data", folder["mixed.csv"])
    #expect(gone.1["used_in_training"] is NSNull && gone.messages.contains("is not checked"))
  }

  @Test("a run whose data are missing or were a pipe is refused")
  func gone() throws {
    #expect(try folder.train("--progress", "none").status == 0)
    try FileManager.default.removeItem(atPath: folder["data.csv"])
    let result = try Binary.run(["evaluate", folder["run"]])
    #expect(result.status == 66 && result.messages.contains("with --data"))
    let best = folder["run/checkpoints/best.safetensors"]
    try FileManager.default.removeItem(atPath: best)
    #expect(mkfifo(best, 0o600) == 0)
    #expect(try Binary.run(["evaluate", folder["run"]]).status == 66)
  }

  @Test(
    "absurd numbers are refused before sampling",
    arguments: [
      ["evaluate", "a", "--samples", "9223372036854775807"],
      ["evaluate", "a", "--calibration-samples", "1000000000000"],
      ["evaluate", "a", "--calibration-rows", "9223372036854775807"],
      ["evaluate", "a", "--calibration-rows", "1000000", "--calibration-samples", "100000"],
      ["predict", "a", "b", "--out", "c", "--samples", "100001"],
      ["bench", "default", "--batch", "100000000000"],
    ])
  func tooMany(_ arguments: [String]) throws {
    #expect(try Binary.run(arguments).status == 64)
  }
}
