import Foundation
import TestSupport
import Testing

/// Runs that go on: with what, with what not, and from which checkpoint.
@Suite struct TrainResumeTests {
  private let folder: TrainFolder

  init() throws {
    folder = try TrainFolder()
    #expect(try folder.train("training.epochs=4", "checkpoint.everyMinutes=1e-9").status == 0)
  }

  private func resume(_ rest: String...) throws -> Binary {
    try Binary.run(
      folder.arguments(
        out: "run", TrainFolder.small + ["training.epochs=4", "--resume", "auto"] + rest))
  }

  @Test("a run has the start of its first session, and those of all")
  func sessions() throws {
    let first = try #require(try folder.object("run/run.json")["started"] as? String)
    usleep(1_100_000)
    #expect(try resume("training.epochs=5").status == 0)
    let record = try folder.object("run/run.json")
    #expect(record["started"] as? String == first)
    let sessions = try #require(record["sessions"] as? [String])
    #expect(sessions.count == 2 && sessions[0] == first && sessions[1] > first)
  }

  @Test("resuming a finished run changes nothing")
  func finished() throws {
    _ = try folder.train(
      out: "again", "training.epochs=4", "checkpoint.everyMinutes=1e-9", "--resume", "auto")
    let result = try resume("checkpoint.everyMinutes=1e-9")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.hasSuffix("of 4\n") && !result.output.contains("inf"))
    #expect(try folder.areSame("run", "again"))
  }

  @Test("a finished run goes on when it is given more epochs, as if it had had them")
  func moreEpochs() throws {
    let constant = ["optimizer.schedule=constant", "training.patience=0"]
    func train(_ out: String, _ epochs: Int, _ rest: String...) throws {
      let result = try Binary.run(
        folder.arguments(
          out: out, TrainFolder.small + constant + ["training.epochs=\(epochs)"] + rest))
      #expect(result.status == 0, "\(result.messages)")
    }
    try train("long", 6)
    try train("short", 2)
    try train("short", 6, "--resume", "auto", "training.patience=0")
    #expect(try folder.areSame("long", "short"))
    // Without a CONFIG the checkpoint's counts, and what the command line changes of it.
    try train("middle", 3)
    let result = try Binary.run(
      folder.arguments(nil, out: nil, ["--resume", folder["middle"], "training.epochs=6"]))
    #expect(result.status == 0, "\(result.messages)")
    #expect(try folder.areSame("long", "middle"))
    let refused = try Binary.run(
      folder.arguments(nil, out: nil, ["--resume", folder["middle"], "optimizer.beta1=0.5"]))
    #expect(refused.status == 78 && refused.messages.contains("optimizer.beta1: 0.9"))
  }

  @Test("a run goes on in another folder with its metrics")
  func elsewhere() throws {
    let file = folder["run/checkpoints/last.safetensors"]
    let result = try Binary.run(
      folder.arguments(nil, out: "moved", ["--resume", file, "training.epochs=5"]))
    #expect(result.status == 0, "\(result.messages)")
    #expect(try folder.metrics("moved").count == 6)
    #expect(try folder.metrics("moved").prefix(5) == folder.metrics("run")[...])
    // A checkpoint by its bare name.
    let bare = try Binary.shell(
      "cd \(folder["run"])/checkpoints && implode train --backend cpu --resume last.safetensors "
        + "--data \(folder["data.csv"]) && ls")
    #expect(bare.status == 0 && bare.output.hasPrefix(folder["run"]), "\(bare.messages)")
  }

  @Test("other data and another configuration are refused by name")
  func changed() throws {
    let before = try folder.data("run/checkpoints/last.safetensors")
    for (change, message) in [
      (["optimizer.learningRate=0.5"], "optimizer.learningRate: 0.001"),
      (["--seed", "9"], "seed: 1"),
      (["model.decoder=[9]"], "model.decoder: [8]"),
    ] {
      let result = try Binary.run(
        folder.arguments(
          out: "run", TrainFolder.small + ["--resume", "auto"] + change))
      #expect(result.status == 78, "\(result.messages)")
      #expect(result.messages.contains(message), "\(result.messages)")
    }
    try folder.simulate(rows: 300, seed: 2, to: "data.csv")
    let result = try resume()
    #expect(result.status == 65)
    let prints = result.messages.matches(of: /[0-9a-f]{32}/).map { String($0.0) }
    #expect(Set(prints).count == 2, "\(result.messages)")
    #expect(try folder.data("run/checkpoints/last.safetensors") == before)
    // It can be evaluated on its test rows only with the table it was trained on.
    let evaluated = try Binary.run(["evaluate", folder["run"]])
    #expect(evaluated.status == 65 && evaluated.messages.contains("has fingerprint"))
    #expect(try Binary.run(["evaluate", folder["run"], "--data", folder["data.csv"]]).status == 0)
  }

  @Test("a damaged checkpoint is skipped with a warning, and the previous one is kept")
  func damaged() throws {
    let whole = try folder.data("run/checkpoints/last.safetensors")
    var bytes = whole
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(filePath: folder["run/checkpoints/last.safetensors"]))
    let result = try resume("checkpoint.everyMinutes=1e-9")
    #expect(result.status == 0, "\(result.messages)")
    #expect(
      result.messages.contains(
        "warning: \(folder["run/checkpoints/last.safetensors"]): the content does not have the "
          + "SHA-256 it names; it is ignored\n"))
    #expect(result.messages.contains("continuing from \(folder["run/checkpoints/last.prev"])"))
    #expect(try folder.data("run/checkpoints/last.safetensors") == whole)
    #expect(try folder.data("run/checkpoints/last.damaged.safetensors") == bytes)
    for name in ["last", "last.prev"] {
      try Data().write(to: URL(filePath: folder["run/checkpoints/\(name).safetensors"]))
    }
    let none = try resume("checkpoint.everyMinutes=1e-9")
    #expect(none.status == 65 && none.messages.contains("0 bytes are no safetensors file"))
    let evaluated = try Binary.run(["evaluate", folder["run"]])
    #expect(evaluated.status == 0)
    try Data().write(to: URL(filePath: folder["run/checkpoints/best.safetensors"]))
    #expect(try Binary.run(["evaluate", folder["run"]]).status == 65)
  }

  @Test("leftovers are removed, and a torn line of metrics.csv is mended")
  func leftovers() throws {
    let before = try folder.metrics("run")
    for name in ["checkpoints/last.safetensors.1.tmp", "run.json.1.tmp", "checkpoints/trial"] {
      try Data([1]).write(to: URL(filePath: folder["run/\(name)"]))
    }
    let text = try folder.text("run/metrics.csv")
    for torn in [text + "5,0.1,3", text + "5,1,1,1\n6,1,1,1\n", text + "\n\n"] {
      try torn.write(toFile: folder["run/metrics.csv"], atomically: true, encoding: .utf8)
      #expect(try resume("checkpoint.everyMinutes=1e-9").status == 0)
      #expect(try folder.metrics("run") == before)
    }
    #expect(folder.files("run").allSatisfy { !$0.hasSuffix(".tmp") && !$0.hasSuffix("trial") })
  }

  @Test("a run that was killed before its first checkpoint starts again", .inDebugBuilds)
  func beforeTheFirst() throws {
    let arguments = folder.arguments(
      out: "young", TrainFolder.small + ["training.epochs=4", "--resume", "auto"])
    let long = try RunningTraining(arguments, holdingAt: ["epoch"])
    try long.waitUntilHeld(at: "epoch")
    long.kill(SIGKILL)
    #expect(try long.end().status == -SIGKILL)
    #expect(!folder.exists("young/checkpoints/last.safetensors"))
    let result = try Binary.run(arguments)
    #expect(result.status == 0, "\(result.messages)")
    #expect(try folder.metrics("young") == folder.metrics("run"))
  }
}
