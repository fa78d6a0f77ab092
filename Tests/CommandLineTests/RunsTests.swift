import Foundation
import Testing
import Text

@testable import implode

/// `implode runs`, of records made by hand and of one of a real run.
@Suite struct RunsTests {
  private let path = FileManager.default.temporaryDirectory
    .appending(path: "implode-runs-\(UUID().uuidString)").path

  private func write(_ text: String, to name: String) throws {
    let file = URL(filePath: "\(path)/\(name)")
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  private func write(
    _ name: String, _ configuration: String, started: String, loss: Double, seconds: Double,
    mse: Double? = nil, exit: String = "finished"
  ) throws {
    try write(
      """
      {"version": "0.1.0", "configuration": "\(configuration)", "model": "cvae", "seed": "1",
       "backend": "cpu", "device": "A Processor at 2 GHz",
       "data": {"file": "/somewhere/data.csv", "rows_kept": 1000000}, "epochs": 40,
       "best_epoch": 31, "best_validation_loss": \(loss), "started": "\(started)",
       "seconds": \(seconds), "exit_reason": "\(exit)"}
      """, to: "\(name)/run.json")
    guard let mse else { return }
    try write(
      evaluation(mse: mse), to: "\(name)/evaluation.json")
  }

  private func evaluation(
    mse: Double, file: String = "data.csv", split: String = "test", samples: Int = 16,
    rows: String = "a"
  ) -> String {
    """
    {"split": "\(split)", "rows": 100, "rows_fingerprint": "\(rows)", "samples": \(samples),
     "data": {"file": "/somewhere/\(file)", "fingerprint": "of \(file)", "rows": 1000},
     "single": {"mse": \(2 * mse), "resimulation_error": 0.25},
     "mean": {"mse": \(mse), "resimulation_error": 0.125}, "seconds": null}
    """
  }

  /// Four runs: one below a folder of its own, one whose record is none, and what is no run.
  private func fill() throws {
    try write(
      "default-1", "default", started: "2026-03-01T10:00:00Z", loss: 0.0123456, seconds: 95,
      mse: 0.25)
    try write(
      "default-2", "default", started: "2026-03-03T10:00:00Z", loss: 0.02, seconds: 7200,
      exit: "failed: no room on the disk")
    try write(
      "sweep/width-of-the-decoder-1024", "/configs/a-configuration-of-mine.json5",
      started: "2026-03-02T10:00:00Z", loss: -12.5, seconds: 600, mse: 0.125)
    try write("[]", to: "other/run.json")
    try write("nothing", to: "folder/readme.txt")
    try write(#"{"mean": 3}"#, to: "default-2/evaluation.json")
  }

  private func runs(_ arguments: String..., columns: Int? = nil) throws -> Binary {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try fill()
    return try Binary.run(
      ["runs", path] + arguments, environment: columns.map { ["COLUMNS": "\($0)"] } ?? [:])
  }

  @Test("the table is as recorded, and fits 100 columns")
  func table() throws {
    let result = try runs()
    #expect(result.status == 0)
    #expect(
      result.output == """
        run                 model               best    loss    mse  p-error  evaluated  split  samples
        default-2           default               31  0.0200      -        -  -          -            -
        …-the-decoder-1024  a-configuration-o…    31   -12.5  0.125    0.125  data.csv   test        16
        default-1           default               31  0.0123  0.250    0.125  data.csv   test        16
        other               -                      -       -      -        -  -          -            -

        """)
    #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(
      result.messages == """
        warning: \(path)/default-2: evaluation.json cannot be read
        warning: \(path)/other: run.json cannot be read

        """)
  }

  @Test("a narrow terminal gets fewer columns, a very narrow one a list", arguments: [30, 70, 90])
  func narrow(columns: Int) throws {
    let output = try runs(columns: columns).output
    #expect(output.split(separator: "\n").allSatisfy { $0.count <= columns })
    #expect(output.contains("sample-mse: 0.25") == (columns == 30))
  }

  @Test("JSON has every number, and null for unknown ones")
  func json() throws {
    let result = try runs("--json")
    let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let objects = try #require(list as? [[String: Any]])
    #expect(
      objects.map { $0["name"] as? String ?? "" }
        == ["default-2", "sweep/width-of-the-decoder-1024", "default-1", "other"])
    #expect(Set(objects.map { Set($0.keys) }).count == 1)
    let best = objects[2]
    #expect(best["configuration"] as? String == "default" && best["rows"] as? Int == 1_000_000)
    #expect(best["data"] as? String == "/somewhere/data.csv" && best["best_epoch"] as? Int == 31)
    #expect(best["mse_mean"] as? Double == 0.25 && best["mse_single"] as? Double == 0.5)
    #expect(best["device"] as? String == "A Processor at 2 GHz")
    #expect(objects[0]["exit_reason"] as? String == "failed: no room on the disk")
    #expect(objects[0]["mse_mean"] is NSNull && objects[3]["epochs"] is NSNull)
    #expect(objects[3]["notes"] as? [String] == ["run.json cannot be read"])
  }

  @Test(
    "sorted by any column, unknown values last",
    arguments: [
      ("mse", false, "s12o"), ("mse", true, "1s2o"), ("run", false, "12os"),
      ("loss", false, "s12o"),
      ("time", true, "2s1o"), ("exit", false, "21so"), ("started", true, "1s2o"),
    ])
  func sorted(by column: String, reverse: Bool, order: String) throws {
    let arguments = ["--json", "--sort", column] + (reverse ? ["--reverse"] : [])
    defer { try? FileManager.default.removeItem(atPath: path) }
    try fill()
    let result = try Binary.run(["runs", path] + arguments)
    let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let names = (list as? [[String: Any]] ?? []).map { $0["name"] as? String ?? "" }
    let letters = ["default-1": "1", "default-2": "2", "other": "o"]
    #expect(names.map { letters[$0] ?? "s" }.joined() == order)
  }

  @Test("errors of 0 that an earlier version has written of no finite prediction are not ranked")
  func withoutFinitePredictions() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    for (name, mse, notFinite) in [("good", 0.25, 0), ("most", 0.5, 99), ("none", 0, 100)] {
      try write(name, "default", started: "2026-03-01T10:00:00Z", loss: 1, seconds: 9)
      let text = evaluation(mse: mse).replacing(
        #"{"mse""#, with: #"{"not_finite": \#(notFinite), "mse""#)
      try write(text, to: "\(name)/evaluation.json")
      try write(text, to: "\(name)/evaluations/1.json")
    }
    let lines = try Binary.run(["runs", path, "--sort", "mse"]).output
      .split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    let mse = try #require(lines[0].firstIndex(of: "mse"))
    #expect(lines.dropFirst().map(\.[0]) == ["good", "most", "none"])
    #expect(lines.dropFirst().map { $0[mse] } == ["0.250", "0.500", "-"])
  }

  @Test("only evaluations on the same rows with as many samples are ranked")
  func comparable() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    // By mse alone: b, c, a. All have test-16 of data.csv, a and d from before their latest.
    for (name, latest, kept) in [
      ("a", (0.01, "easy.csv", "all", 16), [(0.4, "data.csv", "test", 16)]),
      ("b", (0.2, "data.csv", "test", 16), []),
      ("c", (0.001, "data.csv", "train", 16), []),
      ("d", (0.05, "data.csv", "test", 64), [(0.3, "data.csv", "test", 16)]),
      ("e", (0.002, "data.csv", "test", 64), []),
    ] as [(String, (Double, String, String, Int), [(Double, String, String, Int)])] {
      try write(name, "default", started: "2026-03-01T10:00:00Z", loss: 1, seconds: 9)
      for (number, one) in (kept + [latest]).enumerated() {
        let text = evaluation(mse: one.0, file: one.1, split: one.2, samples: one.3)
        try write(text, to: "\(name)/evaluations/\(number).json")
        try write(text, to: "\(name)/evaluation.json")
      }
    }
    // Other rows of the same table: another seed.
    try write("f", "default", started: "2026-03-01T10:00:00Z", loss: 1, seconds: 9)
    try write(evaluation(mse: 0.0001, rows: "b"), to: "f/evaluation.json")
    let list = try Binary.run(["runs", path, "--sort", "mse", "--json"])
    let runs = try #require(
      try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
    #expect(runs.map { $0["name"] as? String } == ["b", "d", "a", "f", "c", "e"])
    #expect(runs.map { $0["mse_mean"] as? Double } == [0.2, 0.3, 0.4, 0.0001, 0.001, 0.002])
    #expect(runs.map { $0["comparable"] as? Bool } == [true, true, true, false, false, false])
    let shown = runs.compactMap { $0["evaluation"] as? [String: Any] }
    #expect(shown.map { $0["samples"] as? Int } == [16, 16, 16, 16, 16, 64])
    #expect(
      shown.map { $0["split"] as? String } == ["test", "test", "test", "test", "train", "test"])
    #expect((runs[2]["evaluations"] as? [Any])?.count == 2)
    let text = try Binary.run(["runs", path, "--sort", "mse"]).output.split(separator: "\n")
    #expect(text.count == 9 && text[3].hasPrefix("a ") && text[7].hasPrefix("c "))
    #expect(text[4] == "Not ranked, because evaluated on other data or with other samples:")
    // Otherwise the latest is shown, with what it is of.
    let plain = try Binary.run(["runs", path, "--sort", "run"]).output.split(separator: "\n")
    let cells = plain[1].split(separator: " ")
    #expect(["0.0100", "easy.csv", "all", "16"].allSatisfy { cells.contains(Substring($0)) })
  }

  @Test("the job of a run that Slurm has started is in its record and in the table")
  func slurm() throws {
    let folder = try TrainFolder()
    let task = [
      "SLURM_JOB_ID": "17", "SLURM_ARRAY_JOB_ID": "16", "SLURM_ARRAY_TASK_ID": "3",
      "SLURM_RESTART_COUNT": "2", "SLURMD_NODENAME": "node-a",
    ]
    #expect(try folder.train(environment: task).status == 0)
    let written = try #require(try folder.object("run/run.json")["slurm"] as? [String: Any])
    #expect(written["job_id"] as? String == "17" && written["restart_count"] as? Int == 2)
    let listed = try Binary.run(["runs", folder.path], environment: ["COLUMNS": "200"]).output
    #expect(listed.contains(" job\n") && listed.contains(" 16_3\n"), "\(listed)")
    let json = try Binary.run(["runs", folder.path, "--json"]).output
    let list = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]]
    let slurm = try #require(list?.first?["slurm"] as? [String: Any])
    #expect(slurm["array_task_id"] as? String == "3" && slurm["node"] as? String == "node-a")
  }

  @Test("a real run, named as a folder")
  func real() throws {
    let folder = try TrainFolder()
    #expect(try folder.train("--progress", "none").status == 0)
    for samples in ["3", "2"] {
      #expect(try Binary.run(["evaluate", folder["run"], "--samples", samples]).status == 0)
    }
    let result = try Binary.run(["runs", folder["run"], "--json"])
    let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let run = try #require((list as? [[String: Any]])?.first)
    #expect(run["name"] as? String == "run" && run["epochs"] as? Int == 3)
    #expect(run["rows"] as? Int == 300 && run["exit_reason"] as? String == "finished")
    #expect(run["mse_mean"] is Double && run["resimulation_error"] is Double)
    #expect(run.filter { $0.value is NSNull }.keys.allSatisfy { $0 == "slurm" })
    let kept = try #require(run["evaluations"] as? [[String: Any]])
    #expect(kept.compactMap { $0["samples"] as? Int }.sorted() == [2, 3])
    let shown = try #require(run["evaluation"] as? [String: Any])
    #expect(shown["samples"] as? Int == 2 && shown["split"] as? String == "test")
  }

  @Test("folders without runs, and paths that are no folders")
  func none() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try write("", to: "file")
    let empty = try Binary.run(["runs", path])
    #expect(empty.status == 0 && empty.output == "\(path): no runs yet\n")
    #expect(empty.messages.hasPrefix("hint: train one: implode train"))
    #expect(try Binary.run(["runs", path, "--json"]).output == "[]\n")
    let file = try Binary.run(["runs", "\(path)/file"])
    #expect(file.status == 66 && file.messages.contains("/file: is not a folder\n"))
    #expect(try Binary.run(["runs", "/nonexistent"]).status == 66)
    #expect(try Binary.run(["runs", "a", "b"]).status == 64)
    let column = try Binary.run(["runs", "--sort", "los"])
    #expect(column.status == 64 && column.messages.contains("did you mean 'loss'?"))
  }
}
