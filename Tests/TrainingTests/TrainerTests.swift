import Engine
import Models
import TestSupport
import Testing
import Text

@testable import Training

@Suite struct TrainerTests {
  private func train(
    _ stages: [any TrainingStage], settings: TrainingSettings = Toy.settings,
    device: any Device = CPUDevice<Float>(threads: 2), listener: Listener = Listener(),
    resume: TrainerState? = nil, data: TrainingData = Toy.data()
  ) throws -> (trainer: Trainer, listener: Listener, outcome: Trainer.Outcome) {
    let trainer = Trainer(
      RunPlan(stages, data: data, settings: settings), device: device, events: listener,
      resume: resume)
    return (trainer, listener, try trainer.run())
  }

  @Test("every model learns", .inReleaseBuilds, arguments: ModelKind.allCases)
  func learns(_ kind: ModelKind) throws {
    var settings = Toy.settings
    settings.epochs = 30
    let stages = try Toy.model(kind).stages
    let (trainer, listener, outcome) = try train(stages, settings: settings)
    #expect(outcome == .finished)
    let last = listener.records.suffix(30)
    let losses = last.map(\.validation.loss)
    // Half of the way down at least, whatever the loss is.
    let least = losses.min() ?? .nan
    #expect(least < losses[0] - 0.2 * abs(losses[0]), "\(kind.choiceName): \(losses)")
    #expect(last.allSatisfy { $0.skipped == 0 && $0.gradientNorm > 0 && $0.rowsPerSecond > 0 })
    #expect(trainer.bestParameters.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
  }

  @Test(
    "a stopped and resumed run is bit-identical to an undisturbed one",
    arguments: zip(ModelKind.allCases, ModelKind.allCases.indices))
  func resume(_ kind: ModelKind, index: Int) throws {
    let warmup = ["loss.klWarmup": "3"]
    let isWarmed = try Toy.model(kind).encoder != nil
    let stages = try Toy.model(kind, isWarmed ? warmup : [:]).stages
    var settings = Toy.settings
    settings.optimizer.averaging = index % 2 == 0 ? 0.99 : nil
    settings.learningRate.schedule = index % 2 == 0 ? .cosine : .plateau
    settings.keptEpochs = 2
    let whole = try train(stages, settings: settings)
    let steps = 11 * settings.epochs * stages.count
    for stop in [1, 7, 11, 12, 23, steps - 1, steps] {
      let first = Listener()
      first.stopAt = stop
      #expect(try train(stages, settings: settings, listener: first).outcome == .stopped)
      let rest = try train(
        stages, settings: settings, device: CPUDevice<Float>(threads: 1), resume: first.saved)
      // Two large arrays are compared here, not printed.
      let isSame = rest.trainer.bestParameters == whole.trainer.bestParameters
      #expect(isSame, "stopped at \(stop)")
      let keepsSame = rest.trainer.state.kept == whole.trainer.state.kept
      #expect(keepsSame && whole.trainer.state.kept.entries.count == 2, "stopped at \(stop)")
      let records = (first.records + rest.listener.records).map(\.timeless)
      let areSame = records == whole.listener.records.map(\.timeless)
      #expect(areSame, "stopped at \(stop)")
    }
  }

  /// Trains until the end, or until it diverges.
  private func trainOrDiverge(
    _ stages: [any TrainingStage], _ settings: TrainingSettings, _ listener: Listener,
    resume: TrainerState? = nil
  ) throws {
    do {
      _ = try train(stages, settings: settings, listener: listener, resume: resume)
    } catch let error as Failure {
      #expect(error.code == .diverged)
    }
  }

  @Test("a setback after a resumption restores the same state")
  func setbackAfterResume() throws {
    var settings = Toy.settings
    settings.epochs = 3
    // Two steps an epoch, so that updates are left out where epochs end; and eleven.
    for batch in [350, 64] { try compareResumed(settings, batch: batch) }
  }

  private func compareResumed(_ given: TrainingSettings, batch: Int) throws {
    var settings = given
    settings.batch = batch
    var setbacks: [Setback] = []
    var resumed = 0
    let stages = try Toy.model(ModelKind(ConditionalVAE.Settings.self)).stages
    // Steps that overflow sooner or later, and smaller ones that do so less.
    for rate in [1e3, 1e4, 1e5, 1e6, 1e9] {
      settings.learningRate.rate = rate
      let whole = Listener()
      try trainOrDiverge(stages, settings, whole)
      setbacks += whole.setbacks
      for stop in batch == 64 ? [3, 8, 14, 20, 26] : [1, 2, 3, 4, 5] {
        let first = Listener()
        first.stopAt = stop
        try trainOrDiverge(stages, settings, first)
        // What has diverged before it was to stop has saved nothing.
        guard let saved = first.saved else { continue }
        resumed += 1
        let rest = Listener()
        try trainOrDiverge(stages, settings, rest, resume: saved)
        #expect(first.setbacks + rest.setbacks == whole.setbacks, "\(rate), stopped at \(stop)")
        // As texts: a nan is not equal to itself.
        let kept = first.records.filter { record in
          rest.setbacks.allSatisfy { record.epoch <= $0.epochs }
        }
        let records = (kept + rest.records).map { "\($0.timeless.training.loss)" }
        let expected = whole.records.map { "\($0.timeless.training.loss)" }
        #expect(records == expected, "\(rate), stopped at \(stop)")
      }
    }
    #expect(!setbacks.isEmpty && resumed > 10, "\(batch) rows a batch")
  }

  @Test("a setback goes back to before the streak, also where an epoch ended in the middle of it")
  func setbackAcrossEpochs() throws {
    var settings = Toy.settings
    (settings.epochs, settings.batch) = (4, 350)
    let plan = RunPlan([try Toy.regression()], data: Toy.data(), settings: settings)
    let weights = plan.stages[0].training.objective.weights
    // The second, third and fourth step: an epoch has two.
    let device = InterposedDevice(CPUDevice<Float>(threads: 1)) { call, number, program, inner in
      guard call == .run, program == 0 else { return }
      try inner?.write([(1..<4).contains(number) ? .nan : 1], to: weights)
    }
    let listener = Listener()
    let trainer = Trainer(plan, device: device, events: listener)
    #expect(try trainer.run() == .finished)
    let setback = try #require(listener.setbacks.first)
    #expect(listener.setbacks.count == 1 && setback.epochs == 0 && setback.step == 1)
    #expect(listener.records.map(\.epoch) == [1, 2, 3, 4])
    #expect(listener.records.map(\.skipped) == [0, 0, 0, 0])
  }

  @Test("the best is the lowest loss; patience begins anew with an improvement by the margin")
  func margin() {
    var stopping = EarlyStopping()
    let losses = [1, 0.95, 0.97, 0.85, 0.84, .nan]
    let best = losses.enumerated().map { stopping.note($1, epoch: $0 + 1, delta: 0.1) }
    #expect(best == [true, true, false, true, true, false])
    #expect((stopping.best, stopping.bestEpoch) == (0.84, 5))
    // 0.85 is the first to be lower than 1 by more than 0.1.
    #expect((stopping.reference, stopping.waited) == (0.85, 2))
  }

  @Test("an epoch's sum of finite losses that overflows makes the mean infinite, not nan")
  func overflow() throws {
    let good = Toy.data(rows: 700, validation: 3000)
    // Targets of validation rows: squares near the largest float.
    let far = good.validation.enumerated().map { $0.offset % 6 < 3 ? 1e19 : $0.element }
    let data = TrainingData(targets: 3, conditions: 3, training: good.training, validation: far)
    let listener = Listener()
    let failure = #expect(throws: Failure.self) {
      try train([try Toy.regression()], listener: listener, data: data)
    }
    #expect(failure?.code == .diverged && failure?.message.contains("validation loss") == true)
    #expect(listener.records.map(\.validation.loss).allSatisfy { $0 == .infinity })
    #expect(listener.records.count == 4)
    #expect(listener.records.allSatisfy { $0.training.loss.isFinite && $0.skipped == 0 })
  }

  @Test("of equal losses the earlier epoch is kept, and none that is not finite")
  func kept() {
    var kept = KeptEpochs()
    for (index, loss) in [3, .nan, 2, 2, .infinity, 1, 2.5].enumerated()
    where kept.takes(loss, most: 3) {
      kept.add(KeptEpochs.Entry(epoch: index + 1, loss: loss, parameters: [0]), most: 3)
    }
    #expect(kept.entries.map(\.epoch) == [6, 3, 4])
    let read = KeptEpochs(numbers: kept.numbers, epoch: 6, best: [1])
    #expect(read.entries.map(\.loss) == [1, 2, 2])
    #expect(read.entries.map(\.parameters) == [[1], [], []])
    #expect(!kept.takes(0, most: 0))
  }

  @Test("training stops when the loss has not improved for so long, and keeps the best")
  func earlyStopping() throws {
    var settings = Toy.settings
    (settings.epochs, settings.patience) = (50, 3)
    settings.learningRate.rate = 0
    let (_, listener, _) = try train([Toy.regression()], settings: settings)
    #expect(listener.records.count == 4)
    #expect(listener.records.map(\.isBest) == [true, false, false, false])
    settings.patience = nil
    settings.epochs = 6
    #expect(try train([Toy.regression()], settings: settings).listener.records.count == 6)
  }

  @Test("non-finite steps are skipped, and end training with an error")
  func diverges() throws {
    var data = Toy.data()
    var rows = data.training
    rows[3] = .nan
    data = TrainingData(targets: 3, conditions: 3, training: rows, validation: data.validation)
    // One bad row spoils one step of each epoch, and nothing else.
    let (trainer, listener, _) = try train([Toy.regression()], data: data)
    #expect(listener.records.map(\.skipped) == [1, 2, 3, 4])
    // The loss and the norm are means over the others.
    #expect(listener.records.allSatisfy { $0.training.loss.isFinite })
    let clean = try train([Toy.regression()]).listener.records
    for (record, other) in zip(listener.records, clean) {
      #expect(abs(record.gradientNorm - other.gradientNorm) < 0.5 * other.gradientNorm)
      #expect(abs(record.training.loss - other.training.loss) < 0.5 * other.training.loss)
    }
    #expect(trainer.bestParameters.allSatisfy { $0.elements.allSatisfy(\.isFinite) })
    // All bad: back to the start with smaller steps, three times, and then an end.
    let all = TrainingData(
      targets: 3, conditions: 3, training: rows.map { _ in .infinity }, validation: data.validation)
    let events = Listener()
    let error = #expect(throws: Failure.self) {
      _ = try train([Toy.regression()], listener: events, data: all)
    }
    #expect(error?.code == .diverged)
    #expect(error?.message.contains("the term 'reconstruction' of the loss") == true)
    #expect(events.setbacks.map(\.rateFactor) == [0.5, 0.25, 0.125])
  }

  @Test("the last, smaller batch is trained on too, and counts by its rows")
  func lastBatch() throws {
    var settings = Toy.settings
    settings.learningRate.rate = 0
    settings.epochs = 1
    let data = Toy.data()
    let small = try train([Toy.regression()], settings: settings, data: data).listener.records[0]
    settings.batch = 700
    let whole = try train([Toy.regression()], settings: settings, data: data).listener.records[0]
    #expect(abs(small.training.loss - whole.training.loss) < 1e-6 * whole.training.loss)
  }
}
