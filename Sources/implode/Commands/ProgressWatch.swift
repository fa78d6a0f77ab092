import Datasets
import Engine
import Machine
import Training
import Text

/// Shows how a run goes, in the way that was asked for.
final class ProgressWatch: RunWatch {
  private let style: ProgressStyle
  private let output: Output
  private let stages: Int
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now
  private var lastRecord: EpochRecord?
  private var epochsDone: Int
  /// Of earlier calls that this one goes on with.
  private let epochsBefore: Int
  private var epochsTotal = 0
  /// Steps left out so far.
  private var skipped: Int
  private var best: Double
  private var bestEpoch: Int

  /// - Parameter resume: where the run goes on, if it does.
  init(_ style: ProgressStyle, _ output: Output, stages: Int, resume: TrainerState?) {
    self.style = style == .auto && !output.terminal.canRedraw ? .plain : style
    (self.output, self.stages) = (output, stages)
    let state = resume?.current ?? StageState()
    skipped = state.clock.isEmpty ? 0 : Int(Clock(words: state.clock).skipped)
    epochsBefore = (resume?.pastEpochs ?? 0) + state.epoch
    epochsDone = epochsBefore
    (best, bestEpoch) = (state.stopping.best, state.stopping.bestEpoch)
  }

  var shouldStop: Bool { StopFlag.caught != nil }

  func step(_ step: Int, of steps: Int) {
    HoldPoint.pass("step")
    guard style == .auto, ContinuousClock.now - lastShown > .milliseconds(100) else { return }
    lastShown = .now
    let part = "epoch \(epochsDone + 1), \(100 * step / steps) %"
    output.status(
      [part, lastRecord.map { summary($0) }].compactMap(\.self).joined(separator: "  "))
  }

  func epoch(_ record: EpochRecord, of epochs: Int) {
    if record.skipped > skipped {
      output.warn(
        "epoch \(record.epoch): steps skipped because of non-finite values: "
          + "\(record.skipped - skipped)")
    }
    skipped = record.skipped
    if record.isBest { (best, bestEpoch) = (record.validation.loss, record.epoch) }
    (lastRecord, epochsDone, epochsTotal) = (record, record.epoch, epochs * stages)
    switch style {
    case .json: try? output.print(json(record).description)
    case .plain:
      output.note("epoch \(record.epoch)/\(epochs * stages)  " + summary(record))
    case .auto where isKept(record.epoch):
      output.note("epoch \(record.epoch)/\(epochs * stages)  " + summary(record))
    case .auto, .none: break
    }
    HoldPoint.pass("epoch")
  }

  /// Whether the line of an epoch stays on the terminal: of many epochs, fifty do.
  private func isKept(_ epoch: Int) -> Bool {
    let step = max(1, (epochsTotal + 49) / 50)
    return epoch % step == 0 || epoch == epochsTotal
  }

  func setBack(_ setback: Setback) {
    output.warn(
      "step \(setback.step): \(setback.culprit) is not finite; restarting from the last good epoch with "
        + "\(Numbers.significant(setback.rateFactor, digits: 3)) times the learning rate")
  }

  func deviceLost(_ error: any Error, epochs: Int) {
    output.warn(
      "\(Failure(error).message); the device is set up again, and training goes on after epoch "
        + "\(epochs)")
  }

  func saveFailed(_ error: Failure) {
    output.warn("\(error.message); training continues and will try again")
  }

  private func summary(_ record: EpochRecord) -> String {
    func shown(_ loss: Double) -> String { Numbers.significant(loss, digits: 4) }
    let rate = Numbers.grouped(Int(exactly: record.rowsPerSecond.rounded()) ?? 0)
    return """
      \(rate) rows/s  loss \(shown(record.training.loss))  \
      validation \(shown(record.validation.loss))  best \(shown(best)) (\(bestEpoch))\
      \(remaining.map { "  \($0) left" } ?? "")
      """
  }

  /// The time that all epochs would take at the rate of those that this call has done.
  private var remaining: String? {
    let left = epochsTotal - epochsDone
    guard left > 0, epochsDone > epochsBefore else { return nil }
    let each = (ContinuousClock.now - start).seconds / Double(epochsDone - epochsBefore)
    let time = Int((each * Double(left)).rounded())
    let (minutes, rest) = (time / 60 % 60, time % 60)
    return time < 3600
      ? "\(minutes):\(rest < 10 ? "0" : "")\(rest)"
      : "\(time / 3600) h \(minutes) min"
  }

  private func json(_ record: EpochRecord) -> JSON {
    .members([
      "t": .number((ContinuousClock.now - start).seconds), "epoch": .integer(record.epoch),
      "train_loss": .number(record.training.loss),
      "validation_loss": .number(record.validation.loss),
      "rows_per_second": .number(record.rowsPerSecond),
      "learning_rate": .number(record.learningRate), "best": .bool(record.isBest),
    ])
  }
}
