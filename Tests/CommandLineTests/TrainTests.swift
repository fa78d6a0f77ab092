import Foundation
import Testing
import Text

/// What a run leaves behind, and what it says meanwhile.
@Suite struct TrainTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  @Test(
    "units and charges that do not fit, and duplicates, are named before training",
    arguments: [
      (["--charges", "3,2,2"], "", "with charges 2,2,2, and 1 with charges 3,2,2"),
      (["--charges", "1,1,1"], "", "as for charges 1"),
      ([], "cat {} {} | awk '!/c/ || NR == 1'", "300 rows equal to an earlier row"),
      ([], "awk -F, -v OFS=, 'NR>1{$10*=2;$11*=2}1' {}", "momenta of a row add up to"),
      ([], "cat {}", ""),
    ] as [([String], String, String)])
  func concerns(options: [String], change: String, message: String) throws {
    let folder = try TrainFolder()
    let (made, changed) = (folder["made.csv"], folder["changed.csv"])
    let simulated = try Binary.run(
      ["simulate", "--family", "random", "--rows", "300", "--out", made] + options)
    #expect(simulated.status == 0, "\(simulated.messages)")
    let command = change.isEmpty ? "cat {}" : change
    #expect(
      try Binary.shell(command.replacing("{}", with: made) + " > " + changed).status == 0)
    let result = try folder.train("--data", changed, "--progress", "none")
    #expect(result.status == 0)
    #expect(
      message.isEmpty ? result.messages.isEmpty : result.messages.contains(message),
      "\(result.messages)")
    let evaluated = try Binary.run(["evaluate", folder["run"], "--samples", "1"])
    #expect(message.isEmpty || evaluated.messages.contains(message), "\(evaluated.messages)")
  }

  @Test("a run's folder has what the contract lists")
  func folderOfRun() throws {
    let result = try folder.train(
      "--seed", "18446744073709551615", "optimizer.l1=0", "--progress", "none")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.messages == "")
    let files = folder.files("run").filter { !$0.hasPrefix("tb/") }
    #expect(
      files == [
        "config.json5", "run.json", "metrics.csv", "log.txt", "lock", "tb", "checkpoints",
        "checkpoints/best.safetensors", "checkpoints/last.safetensors",
        "checkpoints/last.prev.safetensors",
      ])
    #expect(folder.files("run/tb").allSatisfy { $0.hasPrefix("events.out.tfevents.") })
    let run = try folder.object("run/run.json")
    #expect(run["version"] as? String == "0.1.0")
    #expect((run["command"] as? [String])?.prefix(2) == ["train", "default"])
    #expect(run["seed"] as? String == "18446744073709551615")
    #expect(run["backend"] as? String == "cpu" && run["device"] is String)
    #expect(run["seconds"] as? Double ?? 0 > 0)
    #expect(run["exit_reason"] as? String == "finished")
    #expect(run["epochs"] as? Int == 3 && run["best_validation_loss"] is Double)
    let data = try #require(run["data"] as? [String: Any])
    #expect(data["rows_kept"] as? Int == 300 && data["rows_dropped"] as? Int == 0)
    #expect((data["fingerprint"] as? String)?.count == 32)
    let sources = try #require(run["sources"] as? [String: String])
    #expect(sources["seed"] == "flag --seed")
    #expect(sources["optimizer.l1"] == "override optimizer.l1=")
    #expect(sources["model.kind"]?.hasPrefix("file default:") == true)
    #expect(sources["model.layers"] == "default")
  }

  @Test("metrics.csv has the columns of the contract")
  func metrics() throws {
    _ = try folder.train("model.kind=cvae", "loss.energy=0.1", "optimizer.l2=1e-6")
    let lines = try folder.text("run/metrics.csv").split(separator: "\n")
    #expect(
      lines[0] == """
        epoch,seconds,rows_per_second,learning_rate,train_loss,train_total,validation_loss,\
        validation_total,grad_norm,train_reconstruction,train_kl,train_energy,train_l1,train_l2,\
        validation_reconstruction,validation_kl,validation_energy,validation_l1,validation_l2
        """)
    #expect(lines.count == 4)
    for (index, line) in lines.dropFirst().enumerated() {
      let cells = line.split(separator: ",").compactMap { Double(String($0)) }
      #expect(cells.count == 19 && cells[0] == Double(index + 1))
      #expect(cells.allSatisfy { $0.isFinite })
      #expect(cells[5] > cells[4], "the total has the regularization")
    }
  }

  @Test("config.json5 is a CONFIG that says the same again")
  func configuration() throws {
    _ = try folder.train("loss.reconstruction=1e-7", "--seed", "18446744073709551615")
    let again = try Binary.run(
      folder.arguments(folder["run/config.json5"], out: "again", []))
    #expect(again.status == 0, "\(again.messages)")
    #expect(try folder.text("run/config.json5") == folder.text("again/config.json5"))
    #expect(try folder.areSame("run", "again"))
  }

  @Test("--print-config names the source of each value, and makes nothing")
  func printConfiguration() throws {
    let result = try Binary.run(
      [
        "train", "default", "--print-config", "--seed=7", "loss.reconstruction=3", "--out",
        folder["run"],
      ],
      environment: [
        "IMPLODE_TRAINING_EPOCHS": "12", "IMPLODE_OPTIMIZER_L2": "", "IMPLODE_NOISE_MOMENTA": "1",
      ])
    #expect(result.status == 0 && !folder.exists("run"))
    for line in [
      "seed: 7,  // flag --seed", "reconstruction: 3.0,  // override loss.reconstruction=",
      "epochs: 12,  // env IMPLODE_TRAINING_EPOCHS", "l2: 0.0,  // default",
      "kind: \"mixture\",  // file default:",
    ] {
      #expect(result.output.contains(line), "\(line)")
    }
    #expect(
      result.messages == """
        warning: IMPLODE_NOISE_MOMENTA is not read: model.kind "mixture" has no key 'noise.momenta'

        """)
  }

  @Test(
    "another kind on the command line leaves out the keys that it does not read, with a warning")
  func otherKind() throws {
    let result = try Binary.run(["train", "default", "--print-config", "model.kind=regression"])
    #expect(result.status == 0)
    #expect(
      result.messages == """
        warning: model.kind is "regression" here, which does not read model.components, \
        model.minStandardDeviation

        """)
    for line in [
      "kind: \"regression\",  // override model.kind=", "decoder: [256, 256, 256],  // file",
    ] {
      #expect(result.output.contains(line), "\(line)")
    }
    #expect(!result.output.contains("components"))
  }

  @Test("--dry-run writes nothing")
  func dryRun() throws {
    let before = folder.files()
    let result = try Binary.shell(
      "cd \(folder.path) && implode train default --backend cpu --data data.csv --dry-run && "
        + "implode train default --backend cpu --data data.csv -n --out new/run")
    #expect(result.status == 0, "\(result.messages)")
    #expect(result.output.contains("parameters") && result.output.contains("launches a step"))
    #expect(folder.files() == before)
  }

  @Test("runs without --out that start together get folders of their own")
  func ownFolders() throws {
    let one =
      "implode train default --backend cpu --data data.csv --threads 1 --progress none "
      + TrainFolder.small.map { "'\($0)'" }.joined(separator: " ")
    let result = try Binary.shell(
      "cd \(folder.path) && { \(one) & \(one) & \(one) & wait; }")
    #expect(result.messages == "")
    for number in 1...3 {
      #expect(folder.exists("runs/default-\(number)/checkpoints/best.safetensors"))
    }
  }

  @Test("progress as JSON lines is JSON lines alone; none is one line")
  func progress() throws {
    let json = try folder.train(out: "json", "--progress", "json")
    let lines = json.output.split(separator: "\n")
    #expect(lines.count == 4)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["train_loss"] is Double || object?["best_epoch"] as? Int ?? 0 > 0)
    }
    let plain = try folder.train(out: "plain", "--progress", "plain")
    // Results go to the standard output, how the work goes on to the standard error.
    #expect(plain.output.split(separator: "\n").count == 1)
    #expect(plain.messages.split(separator: "\n").count == 3)
    #expect(plain.messages.hasPrefix("epoch 1/3 ") && !plain.messages.contains("\u{1B}"))
    let none = try folder.train(out: "none", "--progress", "none")
    #expect(none.output.split(separator: "\n").count == 1 && none.messages == "")
  }

  @Test("few rows, and batches that are larger than all of them", arguments: [5, 10, 33])
  func fewRows(_ rows: Int) throws {
    let folder = try TrainFolder(rows: rows)
    let result = try folder.train("training.batch=1048576")
    #expect(result.status == 0, "\(result.messages)")
    #expect(try folder.metrics("run").count == 4)
  }

  @Test("a closed pipe or standard output does not end training")
  func closedOutput() throws {
    let small = TrainFolder.small + ["--progress", "json"]
    let command = folder.arguments(out: nil, small).map { "'\($0)'" }.joined(separator: " ")
    let pipe = try Binary.shell(
      "implode \(command) --out \(folder["a"]) | head -1; echo ${PIPESTATUS[0]}")
    #expect(pipe.output.hasSuffix("\n0\n") && pipe.messages == "")
    let closed = try Binary.shell("implode \(command) --out \(folder["b"]) >&- 2>&-")
    #expect(closed.status == 0)
    let full = try Binary.run(
      folder.arguments(out: "c", TrainFolder.small), output: "/dev/full")
    #expect(full.status == 0 && full.messages.contains("warning: cannot write the results"))
    for name in ["b", "c"] {
      #expect(try folder.areSame("a", name))
      // Nothing that was meant for the screen is in a file that had its number.
      #expect(try folder.text("\(name)/lock").split(separator: "\n").count == 1)
    }
  }
}
