import Foundation
import Testing

/// Checkpoints of the best epochs, beside the best of all.
@Suite struct KeptCheckpointTests {
  private let folder: TrainFolder

  /// Losses that go up and down.
  private static let unsteady = [
    "optimizer.learningRate=0.05", "optimizer.schedule=constant", "training.patience=0",
    "training.epochs=8",
  ]

  init() throws { folder = try TrainFolder() }

  private func train(_ out: String, _ rest: String...) throws {
    let result = try Binary.run(
      folder.arguments(out: out, TrainFolder.small + Self.unsteady + rest))
    #expect(result.status == 0, "\(result.messages)")
  }

  /// The files of the epochs with the lowest validation losses in `metrics.csv`.
  private func best(_ count: Int, of run: String) throws -> [String] {
    let rows = try folder.text("\(run)/metrics.csv").split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let epochs = rows.map { (epoch: Int($0[0]) ?? 0, loss: Double($0[6]) ?? .nan) }
      .sorted { ($0.loss, $0.epoch) < ($1.loss, $1.epoch) }
    return epochs.prefix(count).map { "epoch-000\($0.epoch).safetensors" }
  }

  private func inode(_ name: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: folder[name])[.systemFileNumber] as? Int
  }

  @Test("the best epochs have files of their own, and a resumed run keeps the same")
  func kept() throws {
    try train("none")
    #expect(try folder.kept("none").isEmpty)
    try train("run", "checkpoint.keep=3")
    let names = try best(3, of: "run")
    #expect(try Set(folder.kept("run").keys) == Set(names), "\(names)")
    // One came after a better one, so that it never was the best and had to be written.
    #expect(zip(names, names.dropFirst()).contains { $0 < $1 }, "\(names)")
    #expect(try inode("run/checkpoints/\(names[0])") == inode("run/checkpoints/best.safetensors"))
    // A checkpoint for every step is as good as one at the end.
    try train("often", "checkpoint.keep=3", "checkpoint.everyMinutes=1e-9", "--progress", "none")
    let (often, once) = (try folder.kept("often"), try folder.kept("run"))
    #expect(often.keys.sorted() == once.keys.sorted())
    try train("parts", "checkpoint.keep=3", "training.epochs=3")
    try train("parts", "checkpoint.keep=3", "training.epochs=5", "--resume", "auto")
    try train(
      "moved", "checkpoint.keep=3", "--resume", folder["parts/checkpoints/last.safetensors"])
    try train("parts", "checkpoint.keep=3", "--resume", "auto")
    #expect(try folder.areSame("run", "parts"))
    #expect(try folder.areSame("run", "moved"))
    try train("parts", "checkpoint.keep=1", "--resume", "auto")
    #expect(try folder.kept("parts").keys.sorted() == [names[0]])
  }

  @Test("a kept checkpoint is evaluated, predicts and is exported like a run")
  func used() throws {
    let result = try Binary.run(
      folder.arguments(
        "cvae-report", out: "run",
        TrainFolder.smallEncoder + ["training.epochs=3", "checkpoint.keep=3"]))
    #expect(result.status == 0, "\(result.messages)")
    let names = try best(3, of: "run")
    #expect(try Set(folder.kept("run").keys) == Set(names))
    let best = folder["run/checkpoints/\(names[0])"]
    let worst = folder["run/checkpoints/\(names[2])"]
    func evaluate(_ run: String) throws -> [String: Any] {
      let result = try Binary.run(["evaluate", run, "--samples", "2", "--json"])
      #expect(result.status == 0, "\(result.messages)")
      let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      return try #require((object as? [String: Any])?["mean"] as? [String: Any])
    }
    let other = try evaluate(worst)
    #expect(!folder.exists("run/evaluation.json"))
    let mean = try evaluate(best)
    #expect(mean["mse"] as? Double != other["mse"] as? Double)
    #expect(try evaluate(folder["run"])["mse"] as? Double == mean["mse"] as? Double)
    let predicted = try Binary.run(["predict", worst, folder["data.csv"], "--out", folder["p.csv"]])
    #expect(predicted.status == 0, "\(predicted.messages)")
    let exported = try Binary.run(["export", worst, "--out", folder["model.onnx"]])
    #expect(exported.status == 0, "\(exported.messages)")
    let report = try Binary.run(["report", worst])
    #expect(report.status == 64 && report.messages.contains("a report is of a run"))
  }
}
