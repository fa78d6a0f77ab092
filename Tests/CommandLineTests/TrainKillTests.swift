import Foundation
import Testing

/// Runs that are stopped and killed at any moment, and go on to the same bits.
///
/// `make test-kills` does the same many more times.
@Suite(.serialized) struct TrainKillTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 150) }

  /// Models in which there is more to go on with than parameters.
  static let models: [(configuration: String, changes: [String])] = [
    ("default", ["optimizer.averaging=0.9", "optimizer.clipNorm=1"]),
    (
      "two-stage",
      [
        "optimizer.schedule=plateau", "optimizer.plateauPatience=1", "optimizer.averaging=0.9",
        "loss.klWarmup=2", "training.minDelta=0.1", "model.autoencoder=[8]",
        "model.encoder=[8]", "model.latent=2",
      ]
    ),
  ]

  private func arguments(_ index: Int, out: String) -> [String] {
    let model = Self.models[index]
    return folder.arguments(
      model.configuration, out: out,
      TrainFolder.small + model.changes + [
        "training.epochs=6", "checkpoint.everyMinutes=1e-9", "--progress", "none",
      ])
  }

  @Test("killed and stopped at random, and resumed, is never stopped", arguments: [0, 1])
  func kills(_ index: Int) throws {
    let clock = ContinuousClock.now
    #expect(try Binary.run(arguments(index, out: "whole")).status == 0)
    let whole = ContinuousClock.now - clock
    for signal in [SIGKILL, SIGTERM] {
      let out = "signal\(signal)"
      for _ in 0..<3 {
        let running = try RunningTraining(arguments(index, out: out) + ["--resume", "auto"])
        usleep(UInt32(Double.random(in: 0..<0.6) * 1e6 * (whole / .seconds(1))))
        running.kill(signal)
        let end = running.end()
        // Before training begins, a signal just ends the program.
        #expect([0, 75, -signal].contains(end.status), "\(end.messages)")
        #expect(end.duration < .seconds(2))
        try expectWholeFiles(out)
      }
      let last = try Binary.run(arguments(index, out: out) + ["--resume", "auto"])
      #expect(last.status == 0, "\(last.messages)")
      #expect(try folder.areSame("whole", out), "signal \(signal)")
    }
  }

  /// Every checkpoint under its own name can be read.
  private func expectWholeFiles(_ out: String) throws {
    for file in folder.files("\(out)/checkpoints") where file.hasSuffix(".safetensors") {
      let path = folder["\(out)/checkpoints/\(file)"]
      if file.hasPrefix("last") {
        let result = try Binary.run(["train", "--resume", path, "--print-config"])
        #expect(result.status == 0, "\(result.messages)")
      } else {
        let result = try Binary.run(["evaluate", folder[out], "--samples", "1"])
        // It is whole if nothing is missing but the end of training.
        #expect(
          result.status == 0 || result.messages.contains("the run is not finished"),
          "\(result.messages)")
      }
    }
  }

  @Test(
    "every signal that asks for an end gets a checkpoint and exit code 75",
    arguments: [SIGTERM, SIGINT, SIGUSR1, SIGHUP])
  func signals(_ signal: Int32) throws {
    let running = try start()
    running.kill(signal)
    let end = running.end()
    #expect(end.status == 75 && end.duration < .seconds(2), "\(end.messages)")
    #expect(end.messages.contains("error: stopped by a signal in epoch "))
    #expect(end.messages.contains("hint: add --out \(folder["run"]) --resume auto to go on\n"))
    #expect(try folder.object("run/run.json")["exit_reason"] as? String == "stopped")
    #expect(folder.exists("run/checkpoints/last.safetensors"))
  }

  @Test("a second Ctrl-C ends at once")
  func secondInterrupt() throws {
    // Now and then the first one has its checkpoint before the second one comes.
    for attempt in 0..<5 {
      let running = try start("run\(attempt)")
      running.kill(SIGINT)
      usleep(300)
      running.kill(SIGINT)
      let end = running.end()
      #expect([75, 130].contains(end.status) && end.duration < .seconds(2))
      if end.status == 130 { return #expect(!end.messages.contains("error:")) }
    }
    Issue.record("a second Ctrl-C never ended a run")
  }

  @Test("whoever starts it with nohup wants it to outlive the terminal")
  func hangup() throws {
    let out = folder["run"]
    let command = (arguments(0, out: "run") + ["training.epochs=1000000"]).map { "'\($0)'" }
      .joined(separator: " ")
    let result = try Binary.shell(
      """
      nohup \(Binary.path) \(command) >/dev/null 2>&1 & child=$!
      for i in {1..500}; do [ -e \(out)/checkpoints/last.safetensors ] && break; sleep 0.02; done
      kill -HUP $child; sleep 0.3; kill -0 $child && echo alive
      kill -TERM $child; wait $child; echo $?
      """)
    #expect(result.output == "alive\n75\n", "\(result.messages)")
  }

  /// A run without an end, that has begun to train.
  private func start(_ out: String = "run") throws -> RunningTraining {
    let running = try RunningTraining(
      folder.arguments(out: out, TrainFolder.small + ["training.epochs=1000000"]))
    try running.wait { (try? folder.metrics(out).count) ?? 0 > 2 }
    return running
  }
}
