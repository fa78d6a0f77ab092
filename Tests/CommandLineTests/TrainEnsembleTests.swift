import Datasets
import Foundation
import Testing

/// Ensembles: networks that differ in their seeds alone, trained by one command, one model together.
@Suite struct TrainEnsembleTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  private func ensemble(_ out: String, _ rest: String...) throws -> Binary {
    try Binary.run(
      folder.arguments(out: out, TrainFolder.small + ["ensemble=3", "--threads", "2"] + rest))
  }

  private func predict(_ run: String, _ rest: String...) throws -> Table<Double> {
    let result = try Binary.run(
      [
        "predict", folder[run], folder["data.csv"], "--backend", "cpu", "--force", "--out",
        folder["out.csv"],
      ] + rest)
    try #require(result.status == 0, "\(result.messages)")
    return try TableReader<Double>().read(folder["out.csv"]).table
  }

  @Test("a network of an ensemble is the run with its seed, to the bit")
  func network() throws {
    let result = try ensemble("run")
    try #require(result.status == 0, "\(result.messages)")
    #expect(result.output.contains("run: 3 networks, best validation losses "))
    #expect(try folder.train(out: "second", "--seed", "2", "data.seed=1").status == 0)
    #expect(try folder.areSame("second", "run/networks/2"))
    #expect(try folder.object("run/run.json")["exit_reason"] as? String == "finished")
    let text = try folder.text("run/config.json5")
    #expect(text.contains("ensemble: 3"))
  }

  @Test("samples come from the networks in turn, and their density is the mean of the networks'")
  func prediction() throws {
    try #require(try ensemble("run").status == 0)
    let joined = try predict("run", "--samples", "4", "--log-density")
    let rows = 300
    #expect(joined.rows == 4 * rows && joined.columns.last == "log_density")
    let each = try (1...3).map { try predict("run/networks/\($0)", "--samples", "4") }
    for row in [0, 1, 150, 299] {
      for sample in 0..<4 {
        let (own, other) = (
          Array(joined[row * 4 + sample].dropLast()), Array(each[sample % 3][row * 4 + sample])
        )
        #expect(own == other, "row \(row), sample \(sample)")
      }
    }
    let evaluation = try Binary.run(["evaluate", folder["run"], "--backend", "cpu"])
    #expect(evaluation.status == 0, "\(evaluation.messages)")
    let export = try Binary.run(["export", folder["run"], "--out", folder["model.onnx"]])
    #expect(export.status == 64 && export.messages.contains("networks/1"), "\(export.messages)")
  }

  @Test("an ensemble goes on where it was, and may grow")
  func resume() throws {
    let constant = ["optimizer.schedule=constant", "training.patience=0"]
    func train(_ out: String, _ rest: String...) throws {
      let result = try Binary.run(
        folder.arguments(out: out, TrainFolder.small + constant + rest))
      try #require(result.status == 0, "\(result.messages)")
    }
    try train("long", "ensemble=3", "training.epochs=4")
    try train("short", "ensemble=2", "training.epochs=2")
    try train("short", "ensemble=3", "training.epochs=4", "--resume", "auto")
    for number in 1...3 {
      #expect(try folder.areSame("long/networks/\(number)", "short/networks/\(number)"))
    }
    #expect(
      try folder.data("long/checkpoints/best.safetensors")
        == folder.data("short/checkpoints/best.safetensors"))
    // What cannot go on leaves everything as it was.
    let before = try folder.text("short/config.json5")
    let other = try Binary.run(
      folder.arguments(
        out: "short",
        TrainFolder.small + constant
          + ["ensemble=3", "training.epochs=4", "model.decoder=[9]", "--resume", "auto"]))
    #expect(other.status == 78 && other.messages.contains("model.decoder"), "\(other.messages)")
    #expect(try folder.text("short/config.json5") == before)
    let again = try Binary.run(
      folder.arguments(out: "long", TrainFolder.small + constant + ["ensemble=3"]))
    #expect(again.status == 73, "\(again.messages)")
  }
}
