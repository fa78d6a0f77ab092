import Foundation
import Testing
import Text

@testable import implode

/// Mistakes of users, and what they are told: a line of cause, a line of hint, an exit code.
@Suite struct TrainRefusalTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder(rows: 60) }

  private func expect(
    _ result: Binary, _ status: Int, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(result.status == Int32(status), "\(result.messages)", sourceLocation: sourceLocation)
    #expect(
      result.messages.contains(message), "\(result.messages)", sourceLocation: sourceLocation)
    let lines = result.messages.split(separator: "\n").filter { !$0.hasPrefix("warning: ") }
    #expect(lines.first?.hasPrefix("error: ") == true, sourceLocation: sourceLocation)
    #expect(lines.last?.hasPrefix("hint: ") == true, sourceLocation: sourceLocation)
    #expect(result.output == "", sourceLocation: sourceLocation)
  }

  @Test(
    "invalid commands are refused before files are created",
    arguments: [
      (["lrr=0.01"], 78, "unknown key 'lrr'"),
      (["optimizer.learninRate=0.1"], 78, "did you mean 'optimizer.learningRate'?"),
      (["learningRate=0.1"], 78, "did you mean 'optimizer.learningRate'?"),
      (["optimizer=3"], 78, "'optimizer' is a group of keys"),
      (["training.epochs=1.5"], 78, "training.epochs: 1.5 is not a whole number"),
      (["training.epochs=0"], 78, "training.epochs: 0 must be from 1 to 1000000"),
      (["training.epochs=9223372036854775807"], 78, "must be from 1 to 1000000"),
      (["loss.reconstruction=NaN"], 78, "loss.reconstruction: "),
      (
        ["loss.reconstruction=1e39"], 78,
        "loss.reconstruction: 1e39 is beyond the range of 32-bit numbers"
      ),
      (["optimizer.learningRate=1e-50"], 78, "rounds to 0 in 32 bits"),
      (["loss.reconstruction=-1"], 78, "loss.reconstruction: -1 must not be negative"),
      (["model.kind=cvae", "loss.absolute=1"], 78, "loss.absolute: 1 is not true or false"),
      (["model.kind=cvea"], 78, "did you mean 'cvae'?"),
      (["system=cvae"], 78, "'system' is called 'model.kind' now"),
      (
        ["model.leastDeviation=0.01"], 78,
        "'model.leastDeviation' is called 'model.minStandardDeviation' now"
      ),
      (["optimizer.leastRate=0"], 78, "write optimizer.minLearningRate=…"),
      (["loss.energy=0.1"], 78, "model.kind \"mixture\" has no key 'loss.energy'"),
      (["loss.energy=0.1"], 78, "it is a key of regression, cvae, twoStage, latentFlow"),
      (["loss.enrgy=0.1"], 78, "did you mean 'loss.energy'? It is a key of regression"),
      (["sampling.prior=trainingLatents"], 78, "it is a key of cvae, twoStage, latentFlow"),
      (["model.kind=regression", "model.components=4"], 78, "it is a key of mixture"),
      (["model.kind=latentFlow", "model.latent=1"], 78, "must be at least 2"),
      (["checkpoint.everyMinutes=1e300"], 78, "must be at most 525600"),
      (["model.hidden=4611686018427387904"], 78, "model.hidden: "),
      (["data.charges=[2,2]"], 78, "unknown key 'data.charges'"),
      (["molecule={name: 'OCS', charges: [2,2]}"], 78, "molecule: 2 charges for 3 atoms"),
      (["molecule=CO2"], 65, "its momenta are those of c, o, s, not of c, o1, o2"),
      (["data.split=[0.5,0.4,0.2]"], 78, "must have the sum 1"),
      (["data.split=[0.9,0,0.1]"], 78, "the first two above 0"),
      (["training.maxMinutes=-1"], 78, "training.maxMinutes"),
      (["checkpoint.keep=-1"], 78, "checkpoint.keep"),
      (["model.kind=latentFlow", "model.couplings=100"], 78, "must stay below 80"),
      (["--seed", "1.5"], 64, "--seed: '1.5' is not a whole number"),
      (["--threads", "0"], 64, "must be from 1 to 1024"),
      (["--progres", "json"], 64, "did you mean '--progress'?"),
      (["default"], 64, "two configurations, 'default' and 'default'"),
      (["--out", ""], 64, "empty folder name"),
      (["--device", "0"], 64, "--device chooses an OpenCL device, but --backend is cpu"),
      (["--data", "/nonexistent.csv"], 66, "/nonexistent.csv: cannot be opened"),
      (["--resume", "/nonexistent"], 66, "/nonexistent: has no checkpoint"),
      (["--out", "/proc/implode"], 73, "cannot be made"),
    ] as [([String], Int, String)])
  func refuses(_ arguments: [String], status: Int, message: String) throws {
    let out = arguments.contains("--out") ? nil : "run"
    expect(
      try Binary.run(folder.arguments(out: out, TrainFolder.small + arguments)), status, message)
    #expect(!folder.exists("run"))
  }

  @Test("a configuration that is not there, and one that is no configuration")
  func configurations() throws {
    func train(_ name: String, _ rest: String...) throws -> Binary {
      try Binary.run(folder.arguments(name, out: "run", rest))
    }
    expect(try train("defualt"), 66, "did you mean 'default'?")
    expect(try train("none.json5"), 66, "none.json5")
    let file = folder["own.json5"]
    for (text, message) in [
      ("{ training: { epoch: 3 } }", "own.json5:1:15: unknown key 'training.epoch'"),
      ("{ training: 3 }", "training: 3 is no group of keys"),
      ("{ seed: 1, seed: 2 }", "own.json5:1:"), ("{ seed: 1", "own.json5:1:"),
      ("{ loss: { reconstruction: null } }", "null is not a finite number"),
      ("{ loss: { reconstruction: '3' } }", "write 3 without quotes"),
      ("{ system: 'cvae' }", "own.json5:1:3: 'system' is called 'model.kind' now"),
      (
        "{ model: {\n kind: 'flow', latent: 3 } }", "own.json5:2:16: model.kind \"flow\" has no key"
      ),
      ("{ noise: { positions: 1 } }", "own.json5:1:12: model.kind \"mixture\" has no key"),
      ("{ data: { frame: 'centred' } }", "did you mean 'centered'?"),
    ] {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      expect(try train(file), 78, message)
    }
    try "{ training: { epochs: 1 } }".write(toFile: file, atomically: true, encoding: .utf8)
    expect(try train(file, "lrr=0.01"), 78, "unknown key 'lrr'")
    expect(
      try Binary.run(
        folder.arguments(out: "run", []), environment: ["IMPLODE_TRAINING_EPOCHS": "many"]),
      78, "IMPLODE_TRAINING_EPOCHS: training.epochs")
    #expect(!folder.exists("run"))
    // A folder of that name is no configuration, and hides none.
    let shadowed = try Binary.shell(
      "cd \(folder.path) && mkdir default && implode train default --print-config")
    #expect(shadowed.status == 0, "\(shadowed.messages)")
  }

  @Test("rows that cannot be read, and too few of them")
  func badRows() throws {
    let lines = try folder.text("data.csv").split(separator: "\n").map(String.init)
    func write(_ lines: [String]) throws {
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: folder["data.csv"], atomically: true, encoding: .utf8)
    }
    for (count, message) in [
      (1, "data.csv"), (2, "data.csv: 1 row for 3 parts"), (3, "2 rows for 3 parts"),
    ] {
      try write(Array(lines[..<count]))
      expect(try folder.train(), 65, message)
    }
    var bad = Array(repeating: lines.dropFirst(), count: 4).flatMap { $0 }
    bad[5] = "abc" + bad[5].drop { $0 != "," }
    try write([lines[0]] + bad)
    expect(try folder.train(), 65, "data.csv:7: column cx: 'abc' is not a number")
    #expect(!folder.exists("run"))
    let skipped = try folder.train("--on-bad-row", "skip")
    #expect(skipped.status == 0, "\(skipped.messages)")
    let data = try folder.object("run/run.json")["data"] as? [String: Any]
    #expect(data?["rows_dropped"] as? Int == 1 && data?["rows_kept"] as? Int == 239)
  }

  @Test("positions of which a single column varies, and a model that divides columns")
  func oneColumn() throws {
    let lines = try folder.text("data.csv").split(separator: "\n").map { $0.split(separator: ",") }
    let kept = Set(lines[0].indices.filter { lines[0][$0].hasPrefix("p") || lines[0][$0] == "cx" })
    let rows = lines.enumerated().map { number, cells in
      number == 0
        ? cells.joined(separator: ",")
        : cells.indices.map { kept.contains($0) ? String(cells[$0]) : "\($0)" }
          .joined(separator: ",")
    }
    try (rows.joined(separator: "\n") + "\n").write(
      toFile: folder["data.csv"], atomically: true, encoding: .utf8)
    let flow = [
      "model.kind=flow", "data.frame=raw", "data.independent=false", "training.epochs=1",
      "model.couplings=2", "model.subnet=[8]",
    ]
    expect(
      try Binary.run(folder.arguments(out: "run", flow)), 78,
      "model.kind \"flow\": couplings need two target columns at least, and the data have 1")
    let zeros = try Binary.run(folder.arguments(out: "run", flow + ["data.constants=zero"]))
    #expect(zeros.status == 0, "\(zeros.messages)")
  }

  @Test("no device")
  func device() throws {
    let result = try Binary.run(
      [
        "train", "default", "--data", folder["data.csv"], "--backend", "opencl", "--out",
        folder["a"],
      ],
      environment: ["OCL_ICD_VENDORS": "/nonexistent"])
    expect(result, 69, "no OpenCL device")
  }

  @Test("folders that belong to something else, or to a run that is going on")
  func folders() throws {
    try FileManager.default.createDirectory(
      atPath: folder["own"], withIntermediateDirectories: true)
    try "mine".write(toFile: folder["own/notes.txt"], atomically: true, encoding: .utf8)
    expect(try folder.train(out: "own"), 73, "own: is not empty")
    expect(try folder.train(out: "own", "--resume", "auto"), 73, "own: is not empty")
    #expect(folder.files("own") == ["notes.txt"])
    expect(try folder.train(out: "own/notes.txt"), 73, "notes.txt")
    #expect(try folder.train().status == 0)
    expect(try folder.train(), 73, "run: is not empty")
    #expect(try folder.train(out: "other").status == 0)
    // The run of one folder does not go on in that of another.
    expect(try folder.train(out: "other", "--resume", folder["run"]), 73, "other: is not empty")
    let running = try RunningTraining(
      folder.arguments(out: "busy", TrainFolder.small + ["training.epochs=1000000"]))
    defer { running.kill(SIGKILL) }
    try running.wait { folder.exists("busy/metrics.csv") }
    expect(try folder.train(out: "busy", "--resume", "auto"), 73, "another run is writing to")
    // The first epoch's checkpoint is there. Nothing is read before the folder is this process's:
    // the other one may save until then.
    try running.wait { folder.exists("busy/checkpoints/last.safetensors") }
    expect(
      try folder.train(out: "busy", "--resume", "auto", "--data", folder["missing.csv"]), 73,
      "another run is writing to")
  }

  @Test("a best model without a state to continue from is not overwritten")
  func bestAlone() throws {
    #expect(try folder.train().status == 0)
    for name in ["last", "last.prev"] {
      try? FileManager.default.removeItem(atPath: folder["run/checkpoints/\(name).safetensors"])
    }
    let before = try folder.data("run/checkpoints/best.safetensors")
    expect(try folder.train("--resume", "auto"), 66, "no last.safetensors to continue from")
    #expect(try folder.data("run/checkpoints/best.safetensors") == before)
  }

  @Test("what does not fit in memory is refused before it is tried, with what would fit")
  func memory() throws {
    expect(
      try folder.train("model.decoder=[65536,65536]", "--dry-run"), 69,
      "GiB, this process may take ")
  }

  @Test(
    "where memory runs out in the middle, the program ends in words",
    arguments: [
      "inspect", "predict",
    ])
  func outOfMemory(_ command: String) throws {
    #expect(try folder.train().status == 0)
    try folder.simulate(rows: 100_000, seed: 3, to: "many.csv")
    let arguments =
      command == "inspect"
      ? "inspect \(folder["many.csv"])"
      : "predict \(folder["run"]) \(folder["many.csv"]) --backend cpu --out \(folder["x.npz"])"
    var ends: [Int32] = []
    // From what the loader needs to what is enough, in steps of 5 MB.
    for limit in stride(from: 50_000, to: 600_000, by: 5_000) where ends.last != 0 {
      let result = try Binary.shell("ulimit -v \(limit); implode \(arguments)")
      // 127 is the loader's; the program has not begun.
      if ends.isEmpty && result.status == 127 { continue }
      ends.append(result.status)
      #expect([0, 69].contains(result.status), "\(limit): \(result.messages)")
      #expect(result.status == 0 || result.messages.contains("\nhint: "), "\(result.messages)")
    }
    #expect(ends.last == 0 && ends.contains(69), "\(ends)")
  }

  @Test("several copies at once are refused")
  func copies() throws {
    let counted = ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1", "SLURM_NTASKS": "4"]
    for (variables, out) in [
      (["OMPI_COMM_WORLD_SIZE": "2"], "run-0"), (["PMI_SIZE": "3", "PMI_RANK": "2"], "run"),
      (counted, nil), (counted, "runs/a-0"), (counted, "runs/11"),
      // GNU parallel gives every process its command line, but makes no folder for it.
      (counted.merging(["PARALLEL_SEQ": "1"]) { $1 }, nil),
    ] {
      let error = #expect(throws: Failure.self) {
        try ParallelStart.check(out: out) { variables[$0] }
      }
      #expect(error?.code == .usage)
    }
    // No random name of a folder has this number in it.
    let process = counted.merging(["SLURM_PROCID": "98765432"]) { $1 }
    expect(try folder.train(out: "copies", environment: process), 64, "SLURM_STEP_NUM_TASKS=4")
    #expect(!folder.exists("copies"))
  }

  @Test("processes with runs of their own, and one process in a large job, are not refused")
  func separate() throws {
    let counted = ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1"]
    for (variables, out) in [
      ([:], nil), (["OMPI_COMM_WORLD_SIZE": "1"], nil), (["SLURM_NTASKS": "4"], nil),
      (["SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "1"], nil),
      (counted, "runs/a-1"), (counted, "runs/01/best"), (counted, "1"),
      // The innermost launcher counts.
      (counted.merging(["OMPI_COMM_WORLD_SIZE": "1"]) { $1 }, nil),
      (counted.merging(["HQ_TASK_ID": "0"]) { $1 }, "runs/wide"),
    ] { try ParallelStart.check(out: out) { variables[$0] } }
  }

  @Test(
    "a folder that may only be read", .enabled(if: getuid() != 0, "root may write everywhere"))
  func readOnly() throws {
    try FileManager.default.createDirectory(
      atPath: folder["closed"], withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o555])
    expect(try folder.train(out: "closed/run"), 73, "cannot be made")
    expect(try folder.train(out: "closed"), 73, "cannot be")
  }

  @Test("a learning rate that is far too high ends training early, and the best state is kept")
  func diverges() throws {
    // Without an end of its own it would go on for days. An epoch has one step.
    let result = try folder.train(
      "optimizer.learningRate=1e6", "optimizer.schedule=constant", "training.epochs=1000000",
      "training.patience=0", "training.batch=64")
    #expect(result.status == 76, "\(result.messages)")
    #expect(result.messages.contains(/\nerror: training diverged in epoch [1-4]\b/))
    let run = try folder.object("run/run.json")
    #expect((run["exit_reason"] as? String)?.hasPrefix("failed: training diverged") == true)
    // An epoch ended with numbers, and is kept.
    #expect((run["best_validation_loss"] as? Double)?.isFinite == true)
    let kept = try Binary.run(["evaluate", folder["run"]])
    #expect(kept.status == 0, "\(kept.messages)")
    #expect(result.messages.contains("steps skipped") && !result.output.contains("-nan"))
    #expect(!(try folder.text("run/metrics.csv").contains("-nan")))
  }
}
