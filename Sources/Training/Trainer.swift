package import Engine
import Machine
import Models
import Text

/// Trains a model's stages one after the other.
///
/// A step only enqueues work. Between steps the trainer looks whether to stop or to save; at the
/// end of an epoch it reads a few sums back.
package final class Trainer {
  private let plan: RunPlan
  private let device: any Device
  private let events: any TrainerEvents
  private var progress: TrainerState
  private var program: StageProgram?
  /// The clock of the state that was gone back to when the device was lost; nil if it never was.
  private var lossClock: [UInt32]?

  /// - Parameter resume: where an earlier run stopped; nil starts a new one.
  package init(
    _ plan: RunPlan, device: any Device, events: any TrainerEvents, resume: TrainerState? = nil
  ) {
    (self.plan, self.device, self.events) = (plan, device, events)
    progress = resume ?? TrainerState()
    progress.current.kept.trim(to: plan.settings.keptEpochs)
    progress.good?.kept.trim(to: plan.settings.keptEpochs)
  }

  /// Trains until the end of the last stage, or until `events` says stop.
  package func run() throws -> Outcome {
    while progress.stage < plan.stages.count {
      let program = try begin()
      do {
        if try train(program) == .stopped { return .stopped }
      } catch let error as any DeviceError where error.isLoss {
        try renew(after: error)
        continue
      }
      guard !state.best.isEmpty else {
        throw Self.diverged(epoch: epochs, culprit: "the validation loss")
      }
      // The last stage keeps its state: given more epochs, a later run goes on from it.
      if progress.stage + 1 == plan.stages.count { break }
      finish(program)
    }
    return .finished
  }

  /// Epochs that are done, over all stages.
  package var epochs: Int { progress.pastEpochs + state.epoch }

  /// Of the stage that is being trained.
  package var state: StageState { progress.current }

  package enum Outcome: Hashable, Sendable {
    case finished
    /// `events` asked for it; everything is saved.
    case stopped
  }

  /// Everything that a later run continues from.
  package func snapshot() throws -> TrainerState {
    try program?.save(into: &progress.current)
    var snapshot = progress
    if snapshot.good?.clock == state.clock { snapshot.good = nil }
    return snapshot
  }

  /// The best parameters of all stages so far, by name.
  package var bestParameters: [NamedArray] {
    guard let program, !state.best.isEmpty else { return progress.finished }
    return progress.finished + program.named(state.best)
  }

  /// Whether the stage that is being trained is the last, whose loss is that of the model.
  package var isInLastStage: Bool { progress.stage + 1 == plan.stages.count }

  /// Whether there are parameters of all stages.
  package var hasModel: Bool { isInLastStage && !state.best.isEmpty }

  /// The parameters of all stages as they were after an epoch that is kept; nil where only its file
  /// has them.
  package func parameters(of epoch: KeptEpochs.Entry) -> [NamedArray]? {
    guard let program, !epoch.parameters.isEmpty else { return nil }
    return progress.finished + program.named(epoch.parameters)
  }

  private func begin() throws -> StageProgram {
    let program = try StageProgram(plan.stages[progress.stage], data: plan.data, device: device)
    try program.load(frozen: progress.finished)
    if state.clock.isEmpty {
      try program.initialize(seed: plan.settings.seed &+ UInt64(progress.stage))
    } else {
      guard state.parameters.count == program.block.parameters.shape.count else {
        throw Failure(
          "the checkpoint has \(state.parameters.count) parameters, the model of this run "
            + "\(program.block.parameters.shape.count)",
          hint: "resume with the configuration that the run was started with")
      }
      try program.restore(state)
    }
    self.program = program
    return program
  }

  /// Goes back to the last good state, on a device with nothing on it. A device that is lost again
  /// before it has come further is given up.
  private func renew(after error: any DeviceError) throws {
    guard let good = progress.good, good.clock != lossClock else { throw error }
    lossClock = good.clock
    progress.current = good
    program = nil
    device.renew()
    events.deviceLost(error, epochs: epochs)
  }

  /// Keeps the best parameters of a stage and goes on to the next.
  private func finish(_ program: StageProgram) {
    progress.finished += program.named(state.best)
    progress.pastEpochs += state.epoch
    progress.stage += 1
    (progress.current, progress.good) = (StageState(), nil)
    self.program = nil
  }

  private func train(_ program: StageProgram) throws -> Outcome {
    if progress.good == nil { progress.good = try snapshot().current }
    epochs: while state.epoch < plan.settings.epochs,
      !state.stopping.shouldStop(patience: plan.settings.patience)
    {
      if events.shouldStop {
        try events.save(self)
        return .stopped
      }
      try program.prepare(epoch: state.epoch, rateFactor: state.rateFactor)
      let clock = ContinuousClock.now
      let first = try program.stepsDone(inEpoch: state.epoch)
      for step in first..<program.training.steps {
        try program.training.program.run()
        let pulse = events.pulse(step: step + 1, of: program.training.steps, trainer: self)
        // Looking waits for the device, so it is done seldom; but nothing lost is saved, and no
        // epoch ends with it.
        let looks =
          pulse != .goOn || (step + 1) % Self.stepsBetweenLooks == 0
          || step + 1 == program.training.steps
        let isSetBack = try looks && setBackIfLost(program)
        if pulse != .goOn { try events.save(self) }
        if pulse == .stop { return .stopped }
        if isSetBack { continue epochs }
      }
      let record = try endEpoch(
        program, seconds: (ContinuousClock.now - clock).seconds, from: first)
      // In the middle of a streak the parameters may be lost already.
      if try program.clock().streak == 0 { progress.good = try snapshot().current }
      if events.shouldSave(after: record) { try events.save(self) }
    }
    return .finished
  }

  private func endEpoch(
    _ program: StageProgram, seconds: Double, from first: Int
  ) throws -> EpochRecord {
    let sums = try program.training.takeSums()
    var record = try program.record(
      sums, epoch: epochs + 1, seconds: seconds,
      rows: max(0, program.training.rows - first * program.training.batch))
    progress.current.epoch += 1
    record.isBest = progress.current.stopping.note(
      record.validation.loss, epoch: record.epoch, delta: plan.settings.minimumDelta)
    try keep(record, program)
    progress.current.plateau = state.stopping.waited == 0 ? 0 : state.plateau + 1
    let rate = plan.settings.learningRate
    if rate.schedule == .plateau, state.plateau >= rate.plateauPatience {
      progress.current.rateFactor *= rate.plateauFactor
      progress.current.plateau = 0
    }
    try events.epochEnded(record, of: plan.settings.epochs, trainer: self)
    return record
  }

  /// Keeps the parameters of an epoch that is the best, or among the best of the last stage.
  private func keep(_ record: EpochRecord, _ program: StageProgram) throws {
    let most = progress.stage + 1 == plan.stages.count ? plan.settings.keptEpochs : 0
    let isKept = state.kept.takes(record.validation.loss, most: most)
    guard record.isBest || isKept else { return }
    let parameters = try program.predictionParameters()
    if record.isBest { progress.current.best = parameters }
    guard isKept else { return }
    progress.current.kept.add(
      KeptEpochs.Entry(
        epoch: record.epoch, loss: record.validation.loss, parameters: parameters), most: most)
  }

  /// After so many updates left out one after the other, goes back to where all was well, and on in
  /// smaller steps.
  private func setBackIfLost(_ program: StageProgram) throws -> Bool {
    let clock = try program.clock()
    guard clock.streak >= Clock.streakLimit, let good = progress.good else { return false }
    let culprit = try program.firstFault()
    let (setbacks, factor) = (state.setbacks + 1, state.rateFactor / 2)
    progress.current = good
    (progress.current.setbacks, progress.current.rateFactor) = (setbacks, factor)
    try program.restore(state)
    guard setbacks <= Self.mostSetbacks else {
      throw Self.diverged(epoch: epochs + 1, culprit: culprit)
    }
    events.setBack(
      Setback(
        step: Int(clock.firstSkipped), culprit: culprit, rateFactor: state.rateFactor,
        epochs: epochs))
    return true
  }

  private static func diverged(epoch: Int, culprit: String) -> Failure {
    Failure(
      "training diverged in epoch \(epoch); first non-finite value: \(culprit)",
      hint: "lower optimizer.learningRate, set optimizer.clipNorm, or check the data with "
        + "implode inspect",
      code: .diverged)
  }

  private static let mostSetbacks = 3
  private static let stepsBetweenLooks = 512
}

/// What happened when steps were not finite.
package struct Setback: Hashable, Sendable {
  package let step: Int
  /// The first layer or term that was not finite.
  package let culprit: String
  package let rateFactor: Double
  /// The epochs that remain; those after them are trained again.
  package let epochs: Int
}

/// Everything that a run continues from.
package struct TrainerState: Hashable, Sendable {
  package var stage = 0
  /// Epochs of the stages that are done.
  package var pastEpochs = 0
  /// Parameters of the stages that are done, best ones, by name.
  package var finished: [NamedArray] = []
  package var current = StageState()
  /// Where a setback goes back to: the start of the latest epoch before which no update was being
  /// left out. In a checkpoint only if that is not now.
  package var good: StageState?

  package init() {}
}

/// What a trainer tells, and asks.
package protocol TrainerEvents: AnyObject {
  /// Between two steps: nothing may take long here.
  func pulse(step: Int, of steps: Int, trainer: Trainer) -> Pulse
  /// Whether to stop before the next epoch.
  var shouldStop: Bool { get }
  func epochEnded(_ record: EpochRecord, of epochs: Int, trainer: Trainer) throws
  /// Whether to save now that an epoch has ended.
  func shouldSave(after record: EpochRecord) -> Bool
  func setBack(_ setback: Setback)
  /// The device was lost; training goes on from the end of epoch `epochs`.
  func deviceLost(_ error: any Error, epochs: Int)
  func save(_ trainer: Trainer) throws
}

package enum Pulse: Sendable {
  case goOn, save, stop
}
