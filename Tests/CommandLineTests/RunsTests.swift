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
      """
      {"single": {"mse": \(2 * mse), "resimulation_error": 0.25},
       "mean": {"mse": \(mse), "resimulation_error": 0.125}, "seconds": null}
      """, to: "\(name)/evaluation.json")
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
        run                 model               best  epochs    loss    mse  p-error    time  exit
        default-2           default               31      40  0.0200      -        -   2.0 h  failed
        …-the-decoder-1024  a-configuration-o…    31      40   -12.5  0.125    0.125  10 min  finished
        default-1           default               31      40  0.0123  0.250    0.125    95 s  finished
        other               -                      -       -       -      -        -       -  -

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

  @Test("a real run, named as a folder")
  func real() throws {
    let folder = try TrainFolder()
    #expect(try folder.train("--progress", "none").status == 0)
    #expect(try Binary.run(["evaluate", folder["run"], "--samples", "2"]).status == 0)
    let result = try Binary.run(["runs", folder["run"], "--json"])
    let list = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    let run = try #require((list as? [[String: Any]])?.first)
    #expect(run["name"] as? String == "run" && run["epochs"] as? Int == 3)
    #expect(run["rows"] as? Int == 300 && run["exit_reason"] as? String == "finished")
    #expect(run["mse_mean"] is Double && run["resimulation_error"] is Double)
    #expect(!run.values.contains { $0 is NSNull })
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
