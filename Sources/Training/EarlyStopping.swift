/// The lowest validation loss so far, and how long ago it was.
package struct EarlyStopping: Hashable, Sendable {
  package private(set) var best = Double.infinity
  package private(set) var bestEpoch = 0
  /// Epochs since the last improvement.
  package private(set) var waited = 0

  package init() {}

  /// As it was when a run was saved.
  package init(best: Double, bestEpoch: Int, waited: Int) {
    (self.best, self.bestEpoch, self.waited) = (best, bestEpoch, waited)
  }

  /// Notes the loss of an epoch; true if it is better than all before by more than `delta`.
  package mutating func note(_ loss: Double, epoch: Int, delta: Double) -> Bool {
    // The first finite loss is the best whatever it is: infinity less something is infinity.
    guard loss < best - (best.isFinite ? delta : 0) else {
      waited += 1
      return false
    }
    (best, bestEpoch, waited) = (loss, epoch, 0)
    return true
  }

  package func shouldStop(patience: Int?) -> Bool { patience.map { waited >= $0 } ?? false }
}
