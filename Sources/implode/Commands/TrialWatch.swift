import Datasets
import Search
import Training

/// A trial of a search while it is trained.
final class TrialWatch {
  private let journal: Journal
  private let trial: Int
  private let pruner: (any Pruner)?
  private let folder: TuneFolder
  /// What has come of the training, where it has come to an end.
  var result: EarlyStopping?
  private(set) var isPruned = false

  init(_ trial: Trial, _ journal: Journal, _ pruner: (any Pruner)?, _ folder: TuneFolder) {
    (self.trial, self.journal) = (trial.id, journal)
    (self.pruner, self.folder) = (pruner, folder)
  }

  func check(_ data: DataIdentity) throws { try folder.check(data) }

  /// Reports an epoch.
  ///
  /// - Returns: whether the trial is not worth going on with.
  func isGivenUp(after record: EpochRecord, _ trainer: Trainer) throws -> Bool {
    // The loss of an earlier stage is another quantity.
    guard trainer.isInLastStage else { return false }
    try journal.append(
      .report(trial: trial, step: record.epoch, value: record.validation.loss))
    let study = journal.state.studies.first { $0.trials.contains { $0.id == trial } }
    guard let pruner, let study, let own = study.trials.first(where: { $0.id == trial }) else {
      return false
    }
    return pruner.prunes(own, among: study.trials)
  }

  func end(_ trainer: Trainer, isPruned: Bool) {
    (result, self.isPruned) = (trainer.state.stopping, isPruned)
  }
}
