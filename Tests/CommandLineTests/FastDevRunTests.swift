import Foundation
import ShippedConfigurations
import Testing

/// `train --fast-dev-run`: one step of everything.
@Suite struct FastDevRunTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 60) }

  private static let stages = ["data", "training", "evaluation", "report", "prediction", "export"]

  /// Runs it where temporary folders can be counted.
  private func run(
    _ configuration: String, _ rest: String..., gnuplot: String? = "/nowhere"
  ) throws -> Binary {
    try FileManager.default.createDirectory(
      atPath: folder["temporary"], withIntermediateDirectories: true)
    return try Binary.run(
      folder.arguments(configuration, out: nil, ["--fast-dev-run"] + rest),
      environment: ["TMPDIR": folder["temporary"], "IMPLODE_GNUPLOT": gnuplot])
  }

  private func stages(_ result: Binary) -> [String] {
    result.output.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
  }

  @Test("every shipped configuration", arguments: ShippedConfiguration.all.map(\.name))
  func shipped(_ name: String) throws {
    let before = folder.files()
    let result = try run(name)
    #expect(result.status == 0, "\(result.messages)")
    #expect(stages(result) == Self.stages + ["all"], "\(result.output)")
    #expect(result.output.hasSuffix("all stages work; nothing was kept\n"))
    #expect(folder.files().subtracting(before) == ["temporary"])
  }

  @Test("a folder that is named keeps everything, figures too, and only one batch is trained")
  func kept() throws {
    try folder.simulate(rows: 3000, seed: 1, to: "data.csv")
    let result = try run(
      "default", "--out", folder["kept"], "training.batch=64", "training.epochs=20", gnuplot: nil)
    #expect(result.status == 0, "\(result.messages)")
    #expect(!result.messages.contains("warning"), "\(result.messages)")
    #expect(result.output.hasSuffix("their files are in \(folder["kept"])\n"))
    let run = try folder.object("kept/run/run.json")
    let data = try #require(run["data"] as? [String: Any])
    #expect(data["training"] as? Int == 64 && data["rows_kept"] as? Int == 91)
    #expect(run["epochs"] as? Int == 1)
    for file in [
      "run/checkpoints/best.safetensors", "run/evaluation.json", "run/report/index.html",
      "positions.csv", "model.onnx",
    ] { #expect(folder.exists("kept/\(file)"), "\(file)") }
    let again = try self.run("default", "--out", folder["kept"])
    #expect(again.status == 73 && again.messages.contains("is not empty"))
  }

  @Test("the first stage that fails ends it with its own error, and nothing is kept")
  func failures() throws {
    let text = try folder.text("data.csv").split(separator: "\n")
    let bad = text.prefix(5).joined(separator: "\n") + "\nx" + text[5].dropFirst() + "\n"
    try bad.write(toFile: folder["bad.csv"], atomically: true, encoding: .utf8)
    let unread = try run("default", "--data", folder["bad.csv"])
    #expect(unread.status == 65 && stages(unread).isEmpty)
    #expect(unread.messages.contains("error: \(folder["bad.csv"]):6: "), "\(unread.messages)")
    let few = text.prefix(3).joined(separator: "\n") + "\n"
    try few.write(toFile: folder["few.csv"], atomically: true, encoding: .utf8)
    let unsplit = try run("default", "--data", folder["few.csv"])
    #expect(unsplit.status == 65 && stages(unsplit) == ["data"])
    #expect(unsplit.messages.contains("training failed\nerror: \(folder["few.csv"]): 2 rows for 3"))
    let unknown = try run("default", "optimizer.learningRat=1")
    #expect(unknown.status == 78 && unknown.messages.contains("optimizer.learningRate"))
    #expect(folder.files("temporary").isEmpty)
    #expect(try run("default", "--dry-run").status == 64)
    #expect(try run("default", "--resume", folder["x"]).status == 64)
  }
}
