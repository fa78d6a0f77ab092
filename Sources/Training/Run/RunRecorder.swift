import Machine
import Models
package import Records
package import Text

/// Keeps the records of a run while it trains: metrics, events, checkpoints.
package final class RunRecorder: TrainerEvents {
  private let directory: RunDirectory
  private var model: SavedModel
  /// What checkpoints say of how they were computed.
  private let notes: [String: String]
  private let metrics: MetricsLog
  private let events: EventWriter?
  private let interval: Duration
  private let watch: any RunWatch
  private let time: TrainingTime
  private var kept: KeptCheckpoints
  /// Is told of every checkpoint that was written.
  package var didSave: (Trainer) -> Void = { _ in }
  /// Asked after every epoch whether the run ends there, as when a search gives a trial up.
  package var givesUp: (EpochRecord, Trainer) throws -> Bool = { _, _ in false }
  package private(set) var isGivenUp = false
  private var lastSave = ContinuousClock.now
  /// Whether a checkpoint of this run is there, and whether an epoch that it has not seen is the
  /// best so far.
  private var hasSaved: Bool
  private var hasNewBest = false
  private var failures = 0
  /// Whether it was said that metrics cannot be written: once is enough.
  private var hasWarned = false

  /// - Parameters:
  ///   - model: what checkpoints say besides the parameters.
  ///   - notes: what else they say, by names of its own.
  ///   - time: how long the run has trained.
  ///   - state: that the run goes on from, and `source` the folder that it is of.
  package init(
    _ directory: RunDirectory, model: SavedModel, metrics: MetricsLog, events: EventWriter?,
    watch: any RunWatch, notes: [String: String] = [:], time: TrainingTime = TrainingTime(),
    resuming state: TrainerState? = nil, from source: String? = nil
  ) {
    self.time = time
    kept = KeptCheckpoints(directory, resuming: state, from: source)
    self.notes = notes
    (self.directory, self.model, self.metrics) = (directory, model, metrics)
    (self.events, self.watch) = (events, watch)
    interval = .seconds(60 * model.configuration.minutesBetweenCheckpoints)
    hasSaved = Files.exist(directory.last)
  }

  package func pulse(step: Int, of steps: Int, trainer: Trainer) -> Pulse {
    if shouldStop { return .stop }
    watch.step(step, of: steps)
    return isDue ? .save : .goOn
  }

  package var shouldStop: Bool { watch.shouldStop || isTimeOver || isGivenUp }

  /// Whether the run has trained for as long as it may.
  package var isTimeOver: Bool {
    time.isOver(minutes: model.configuration.trainingSettings.maxMinutes)
  }

  /// A new best is on disk a minute after the checkpoint before it at the latest.
  private var isDue: Bool {
    ContinuousClock.now - lastSave >= (hasNewBest ? min(interval, .seconds(60)) : interval)
  }

  package func shouldSave(after record: EpochRecord) -> Bool {
    hasNewBest = hasNewBest || record.isBest
    // What takes long must not be lost to a crash before the first checkpoint is due.
    return !hasSaved || isDue
  }

  package func epochEnded(_ record: EpochRecord, of epochs: Int, trainer: Trainer) throws {
    if let error = metrics.append(record), !hasWarned {
      hasWarned = true
      watch.saveFailed(error)
    }
    // What cannot be drawn must not cost the training.
    try? events?.append(step: record.epoch, record.scalars)
    watch.epoch(record, of: epochs)
    isGivenUp = try givesUp(record, trainer)
  }

  package func setBack(_ setback: Setback) {
    cut(keeping: setback.epochs)
    watch.setBack(setback)
  }

  package func deviceLost(_ error: any Error, epochs: Int) {
    cut(keeping: epochs)
    watch.deviceLost(error, epochs: epochs)
  }

  /// Takes back what was recorded of epochs that are trained again.
  private func cut(keeping epochs: Int) {
    metrics.cut(keeping: epochs)
    events?.cut(keeping: epochs)
  }

  /// Writes both checkpoints. A disk that is full for a while ends nothing.
  package func save(_ trainer: Trainer) throws {
    lastSave = .now
    do {
      try write(trainer)
      (failures, hasSaved, hasNewBest) = (0, true, false)
      didSave(trainer)
    } catch let error as Failure where [.creation, .output].contains(error.code) {
      failures += 1
      if failures >= Self.mostFailures || shouldStop { throw error }
      watch.saveFailed(error)
    }
  }

  private static let mostFailures = 3

  private func write(_ trainer: Trainer) throws {
    let state = try trainer.snapshot()
    // What cannot be gone on with must not take the place of what can.
    guard state.current.isFinite else { return }
    metrics.synchronize()
    try kept.write(state) { entry in
      try trainer.parameters(of: entry).map { try bytes(of: $0, epoch: entry.epoch) }
    }
    model.parameters = trainer.bestParameters
    model.epoch = state.current.stopping.bestEpoch
    var writer = model.writer(adding: notes)
    state.add(to: &writer)
    // First what a run continues from, which has the best parameters, too.
    try OutputFile.write(writer.bytes(), to: directory.last, previous: directory.previous)
    if !state.current.best.isEmpty || !state.finished.isEmpty {
      try OutputFile.write(model.writer(adding: notes).bytes(), to: directory.best)
    }
    kept.finish(state)
  }

  private func bytes(
    of parameters: [NamedArray], epoch: Int, latent: LatentDistribution? = nil
  ) throws -> [UInt8] {
    var model = model
    (model.parameters, model.epoch, model.latent) = (parameters, epoch, latent)
    return try model.writer(adding: notes).bytes()
  }

  /// Writes the model that training has come to, which has everything that predicting needs; and so
  /// the other epochs that are kept.
  ///
  /// - Parameter latent: the latent distribution that belongs to some parameters.
  package func finish(
    _ trainer: Trainer, latent: ([NamedArray]) throws -> LatentDistribution
  ) throws {
    // Those of the latest epochs may have no files yet.
    if trainer.state.kept.entries.count > 1 { try write(trainer) }
    for entry in trainer.state.kept.entries.dropFirst() {
      let file = directory.epoch(entry.epoch)
      guard Files.exist(file) else { continue }
      let parameters = try SavedModel(SafetensorsFile(contentsOf: file)).parameters
      try OutputFile.write(
        try bytes(of: parameters, epoch: entry.epoch, latent: latent(parameters)), to: file)
    }
    model.latent = try latent(trainer.bestParameters)
    try write(trainer)
  }
}

/// Whoever looks on while a run trains.
package protocol RunWatch: AnyObject {
  /// Whether somebody has asked for an end.
  var shouldStop: Bool { get }
  func step(_ step: Int, of steps: Int)
  func epoch(_ record: EpochRecord, of epochs: Int)
  func setBack(_ setback: Setback)
  func deviceLost(_ error: any Error, epochs: Int)
  func saveFailed(_ error: Failure)
}

extension EpochRecord {
  /// As TensorBoard draws them: both sides of a loss in one place.
  var scalars: [Scalar] {
    var numbers = [
      ("loss/train", training.loss), ("loss/validation", validation.loss),
      ("total/train", training.total), ("total/validation", validation.total),
      ("learning_rate", learningRate), ("grad_norm", gradientNorm),
      ("rows_per_second", rowsPerSecond),
    ]
    for (side, losses) in [("train", training), ("validation", validation)] {
      for (name, mean) in losses.terms.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        numbers.append(("\(name.rawValue)/\(side)", mean))
      }
    }
    return numbers.map { Scalar($0.0, Float($0.1)) }
  }
}
