import Datasets
import Engine
import Foundation
import Models
import Records
import Synchronization
import Testing
import Text

@testable import Training

/// Runs that end when their time is over.
@Suite struct TrainLimitTests {
  private let folder: TrainFolder

  init() throws { folder = try TrainFolder() }

  @Test("training.maxMinutes ends a run in order, and a larger value continues it to the same bits")
  func continued() throws {
    #expect(try folder.train(out: "whole").status == 0)
    for again in [[], ["--resume", "auto"]] {
      let ended = try Binary.run(
        folder.arguments(
          out: "run", TrainFolder.small + ["training.maxMinutes=1e-9"] + again))
      #expect(ended.status == 0, "\(ended.messages)")
      #expect(ended.messages.contains("training.maxMinutes is over after 0.0 minutes, in epoch 1"))
      #expect(ended.messages.contains("there is no model yet"))
      #expect(ended.output == "\(folder["run"]): no validation loss yet\n")
      #expect(try folder.object("run/run.json")["exit_reason"] as? String == "time limit")
    }
    #expect(!folder.exists("run/checkpoints/best.safetensors"))
    let rest = try folder.train("training.maxMinutes=0", "--resume", "auto")
    #expect(rest.status == 0, "\(rest.messages)")
    #expect(try folder.areSame("whole", "run"))
    #expect(try folder.object("run/run.json")["exit_reason"] as? String == "finished")
  }

  @Test("the time of earlier starts counts, and what was trained until then can be used")
  func allStarts() throws {
    let short = try folder.train("training.epochs=2")
    #expect(short.status == 0, "\(short.messages)")
    let record = try folder.text("run/run.json")
    let older = record.replacing(/"seconds": [0-9.e-]+/, with: "\"seconds\": 7200")
    #expect(older != record)
    try older.write(toFile: folder["run/run.json"], atomically: true, encoding: .utf8)
    let ended = try folder.train(
      "training.maxMinutes=100", "--resume", "auto", "--progress", "json")
    #expect(ended.status == 0 && ended.messages.contains("is over after 120.0 minutes"))
    #expect(ended.output.contains("\"exit_reason\": \"time limit\""), "\(ended.output)")
    #expect(try folder.metrics("run").count == 3)
    let seconds = try folder.object("run/run.json")["seconds"] as? Double
    #expect(seconds ?? 0 > 7200)
    let runs = try Binary.run(["runs", folder["run"]], environment: ["COLUMNS": "100"])
    #expect(runs.output.contains("time limit") && runs.output.contains("2.0 h"), "\(runs.output)")
    #expect(try Binary.run(["evaluate", folder["run"], "--samples", "1"]).status == 0)
    let rest = try folder.train("training.maxMinutes=200", "--resume", "auto")
    #expect(rest.status == 0 && rest.messages.contains("epoch 3/3"), "\(rest.messages)")
  }

  @Test("training.maxMinutes may end a run in the middle of an epoch")
  func middle() throws {
    #expect(try folder.train("training.epochs=1").status == 0)
    var model = try SavedModel(
      SafetensorsFile(contentsOf: folder["run/checkpoints/last.safetensors"]))
    model.configuration.trainingSettings.maxMinutes = 2
    let directory = try RunDirectory(folder["other"])
    let looks = Mutex(0)
    // Half a minute passes with every look at the clock; half a minute has passed before.
    let time = TrainingTime(before: 30) {
      looks.withLock {
        $0 += 1
        return 30 * Double($0 - 1)
      }
    }
    let recorder = RunRecorder(
      directory, model: model, metrics: try MetricsLog(directory.metrics, terms: [], keeping: 0),
      events: nil, watch: Watch(), time: time)
    let (x, c) = (model.preparation.targets.count, model.preparation.conditions.count)
    let rows = (0..<320 * (x + c)).map { Float($0 % 17) / 17 - 0.5 }
    let trainer = Trainer(
      RunPlan(
        model.model.stages,
        data: TrainingData(targets: x, conditions: c, training: rows, validation: rows),
        settings: model.configuration.trainingSettings),
      device: CPUDevice<Float>(threads: 1), events: recorder)
    #expect(try trainer.run() == .stopped)
    #expect(recorder.isTimeOver && !trainer.hasModel && trainer.epochs == 0)
    // A look before the epoch, one after each step; the fourth sees two minutes.
    let state = try TrainerState(SafetensorsFile(contentsOf: directory.last))
    #expect(Clock(words: state.current.clock).batch == 3)
  }

  private final class Watch: RunWatch {
    var shouldStop: Bool { false }
    func step(_ step: Int, of steps: Int) {}
    func epoch(_ record: EpochRecord, of epochs: Int) {}
    func setBack(_ setback: Setback) {}
    func deviceLost(_ error: any Error, epochs: Int) {}
    func saveFailed(_ error: Failure) {}
  }
}
