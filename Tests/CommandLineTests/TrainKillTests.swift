import Foundation
import Records
import TestSupport
import Testing

/// Runs that are stopped and killed wherever it may hurt, and go on to the same bits.
///
/// `make test-kills` does so at random moments, many more times.
@Suite struct TrainKillTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 150) }

  /// A configuration in which there is more to go on with than parameters.
  struct Case: CustomTestStringConvertible, Sendable {
    let configuration: String
    let changes: [String]
    /// Where one process after the other is stopped; the counts are those of one process.
    let points: [String]

    var testDescription: String { configuration }
  }

  /// Before there is anything, and at each call by which there comes to be something.
  private static let points = [
    "signals", "rename run.json", "write metrics.csv:2", "step:2", "write best.safetensors",
    "rename best.safetensors:2", "write last.safetensors:2", "rename last.safetensors", "epoch",
  ]

  static let cases = [
    Case(
      configuration: "default",
      changes: [
        "optimizer.averaging=0.9", "optimizer.clipNorm=1", "optimizer.learningRate=0.1",
        "checkpoint.keep=2",
      ],
      points: points),
    Case(
      configuration: "two-stage",
      changes: [
        "optimizer.schedule=plateau", "optimizer.plateauPatience=1", "optimizer.averaging=0.9",
        "loss.klWarmup=2", "training.minDelta=0.1", "model.autoencoder=[8]",
        "model.encoder=[8]", "model.latent=2", "checkpoint.keep=3",
      ],
      // Five more epochs lead into the second stage.
      points: points + ["epoch:5", "step:2", "rename last.safetensors:2"]),
  ]

  private func arguments(_ run: Case, out: String) -> [String] {
    folder.arguments(
      run.configuration, out: out,
      TrainFolder.small + run.changes + [
        "training.epochs=6", "checkpoint.everyMinutes=1e-9", "--progress", "none",
      ])
  }

  @Test(
    "a run that is killed or stopped anywhere and resumed equals an undisturbed run",
    .inDebugBuilds,
    arguments: cases, [SIGKILL, SIGTERM])
  func resumed(_ run: Case, signal: Int32) throws {
    #expect(try Binary.run(arguments(run, out: "whole")).status == 0)
    for point in run.points {
      let running = try RunningTraining(
        arguments(run, out: "run") + ["--resume", "auto"], holdingAt: [point])
      try running.waitUntilHeld(at: point)
      running.kill(signal)
      // Before signals are caught there is nothing to save.
      let isCaught = signal == SIGTERM && point != "signals"
      if isCaught { try running.goOn() }
      let end = try running.end()
      #expect(end.status == (isCaught ? 75 : -signal), "\(point): \(end.messages)")
      try expectWholeFiles("run")
    }
    let last = try Binary.run(arguments(run, out: "run") + ["--resume", "auto"])
    #expect(last.status == 0, "\(last.messages)")
    #expect(try folder.areSame("whole", "run"))
  }

  /// Every checkpoint under its own name can be read.
  private func expectWholeFiles(_ out: String) throws {
    for file in folder.files("\(out)/checkpoints") where file.hasSuffix(".safetensors") {
      #expect(throws: Never.self, "\(file)") {
        try SafetensorsFile(contentsOf: folder["\(out)/checkpoints/\(file)"], trust: .sealed)
      }
    }
  }

  @Test(
    "every termination signal saves a checkpoint and exits with code 75",
    arguments: [SIGTERM, SIGINT, SIGUSR1, SIGHUP])
  func signals(_ signal: Int32) throws {
    let running = try RunningTraining(endless)
    try running.wait { (try? folder.metrics("run").count) ?? 0 > 2 }
    running.kill(signal)
    let end = try running.end()
    #expect(end.status == 75, "\(end.messages)")
    #expect(end.messages.contains("error: stopped by a signal in epoch "))
    #expect(end.messages.contains("hint: add --out \(folder["run"]) --resume auto to continue\n"))
    #expect(try folder.object("run/run.json")["exit_reason"] as? String == "stopped")
    #expect(folder.exists("run/checkpoints/last.safetensors"))
  }

  @Test(
    "a signal ends the run after the step in which it comes",
    .inDebugBuilds)
  func nextStep() throws {
    let running = try RunningTraining(endless, holdingAt: ["epoch:2"])
    try running.waitUntilHeld(at: "epoch:2")
    running.kill(SIGTERM)
    try running.goOn()
    let end = try running.end()
    #expect(end.status == 75 && end.messages.contains("in epoch 3, "), "\(end.messages)")
    #expect(try folder.metrics("run").count == 3)
  }

  @Test(
    "a second Ctrl-C ends at once, in the middle of a checkpoint, and another signal does not",
    .inDebugBuilds,
    arguments: [SIGINT, SIGTERM])
  func second(_ signal: Int32) throws {
    let points = ["epoch", "write best.safetensors"]
    let running = try RunningTraining(endless, holdingAt: points)
    for (point, signal) in zip(points, [SIGINT, signal]) {
      try running.waitUntilHeld(at: point)
      running.kill(signal)
      // The second Ctrl-C must not wait for this.
      if point == points[0] || signal == SIGTERM { try running.goOn() }
    }
    let end = try running.end()
    #expect(end.status == (signal == SIGINT ? 130 : 75), "\(end.messages)")
    #expect(end.messages.contains("error:") == (signal == SIGTERM), "\(end.messages)")
    #expect(folder.exists("run/checkpoints/last.safetensors"))
    #expect(folder.exists("run/checkpoints/best.safetensors") == (signal == SIGTERM))
  }

  @Test(
    "the first epoch is on disk when the second begins, also of a run that is killed",
    .inDebugBuilds)
  func firstEpoch() throws {
    let running = try RunningTraining(endless, holdingAt: ["epoch:2"])
    try running.waitUntilHeld(at: "epoch:2")
    running.kill(SIGKILL)
    #expect(try running.end().status == -SIGKILL)
    let result = try Binary.run(
      folder.arguments(nil, out: nil, ["--resume", folder["run"], "training.epochs=2"]))
    #expect(result.status == 0 && result.messages.contains("epoch 2/2"), "\(result.messages)")
    #expect(!result.messages.contains("epoch 1/2"))
  }

  @Test("what a stopped run has learned can be used, where nothing more is needed for it")
  func stoppedIsUsed() throws {
    let running = try RunningTraining(endless)
    try running.wait { (try? folder.metrics("run").count) ?? 0 > 2 }
    running.kill(SIGTERM)
    #expect(try running.end().status == 75)
    let result = try Binary.run(
      ["evaluate", folder["run"], "--backend", "cpu", "--samples", "2", "--json"])
    #expect(result.status == 0, "\(result.messages)")
  }

  @Test(
    "with nohup, SIGHUP does not end the run",
    .inDebugBuilds)
  func hangup() throws {
    let running = try RunningTraining(endless, holdingAt: ["epoch", "epoch:4"], by: ["nohup"])
    try running.waitUntilHeld(at: "epoch")
    running.kill(SIGHUP)
    try running.goOn()
    try running.waitUntilHeld(at: "epoch:4")
    running.kill(SIGTERM)
    try running.goOn()
    let end = try running.end()
    #expect(end.status == 75, "\(end.messages)")
  }

  @Test("a run that is paused for a while goes on to the same bits", .inDebugBuilds)
  func paused() throws {
    #expect(try folder.train(out: "whole").status == 0)
    let running = try RunningTraining(
      folder.arguments(out: "run", TrainFolder.small), holdingAt: ["epoch:2"])
    try running.waitUntilHeld(at: "epoch:2")
    running.kill(SIGSTOP)
    try running.wait { running.state == "T" }
    running.kill(SIGCONT)
    try running.goOn()
    let end = try running.end()
    #expect(end.status == 0, "\(end.messages)")
    #expect(try folder.areSame("whole", "run"))
  }

  @Test("memory does not grow over a thousand steps", .inDebugBuilds)
  func memory() throws {
    // An epoch has four steps.
    let points = ["epoch:10", "epoch:260"]
    let running = try RunningTraining(endless + ["training.patience=0"], holdingAt: points)
    var sizes: [Int] = []
    for point in points {
      try running.waitUntilHeld(at: point)
      sizes.append(running.residentKiB)
      try running.goOn()
    }
    running.kill(SIGKILL)
    _ = try running.end()
    #expect(sizes[0] > 0 && sizes[1] - sizes[0] <= sizes[0] / 100, "\(sizes) KiB")
  }

  @Test(
    "a job script that starts again what exit code 75 ends comes to the same bits", .inDebugBuilds)
  func requeued() throws {
    let arguments = folder.arguments(out: "run", TrainFolder.small + ["--resume", "auto"])
    #expect(try folder.train(out: "whole").status == 0)
    // What a batch system sends before the end of the time that a job has.
    for point in ["epoch", "step:2"] {
      let running = try RunningTraining(arguments, holdingAt: [point])
      try running.waitUntilHeld(at: point)
      running.kill(SIGUSR1)
      try running.goOn()
      #expect(try running.end().status == 75)
    }
    let last = try Binary.run(arguments)
    #expect(last.status == 0, "\(last.messages)")
    #expect(try folder.areSame("whole", "run"))
  }

  /// A run that goes on until it is ended.
  private var endless: [String] {
    folder.arguments(out: "run", TrainFolder.small + ["training.epochs=1000000"])
  }
}
