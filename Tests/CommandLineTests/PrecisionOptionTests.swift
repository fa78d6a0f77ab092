import Foundation
import Testing

/// `precision` as a run has it: said, recorded, kept, and without effect on narrow layers.
@Suite struct PrecisionOptionTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 100) }

  private func train(_ out: String, _ rest: String...) throws -> Binary {
    try Binary.run(
      folder.arguments(out: out, TrainFolder.small + ["training.epochs=1"] + rest))
  }

  private static let wide = "model.decoder=[200,200]"

  @Test("a run prints and records how its precision is computed")
  func wideLayers() throws {
    let narrowed = try train("bf16", "precision=bf16", Self.wide)
    #expect(narrowed.status == 0)
    #expect(narrowed.messages.split(separator: "\n").filter { $0.contains("bf16") }.count == 1)
    let run = try folder.object("bf16/run.json")
    #expect(run["precision"] as? String == "bf16")
    #expect((run["sources"] as? [String: String])?["precision"] == "override precision=")
    #expect(try folder.text("bf16/config.json5").contains("precision: \"bf16\""))
    let plain = try train("fp32", Self.wide)
    #expect(!plain.messages.contains("fp32"))
    #expect(try folder.metrics("fp32") != folder.metrics("bf16"))
  }

  @Test("narrow layers are trained in fp32, with a message")
  func narrowLayers() throws {
    let narrowed = try train("bf16", "precision=bf16")
    #expect(
      narrowed.messages.contains(
        "precision bf16 has no effect: no layer has more than 32768 weights"))
    _ = try train("fp32")
    #expect(try folder.metrics("fp32") == folder.metrics("bf16"))
  }

  @Test("a resumed run must have its original precision")
  func resume() throws {
    _ = try train("run", "precision=tf32", Self.wide)
    let other = try train("run", "precision=bf16", Self.wide, "--resume", "auto")
    #expect(other.status == 78)
    #expect(
      other.messages.contains("has precision: \"tf32\", the configuration now \"bf16\""),
      "\(other.messages)")
    _ = try train("long", "precision=tf32", Self.wide, "training.epochs=2", "training.patience=0")
    let same = try train(
      "run", "precision=tf32", Self.wide, "training.epochs=2", "training.patience=0", "--resume",
      "auto")
    #expect(same.status == 0, "\(same.messages)")
    #expect(try folder.areSame("run", "long"))
  }
}
