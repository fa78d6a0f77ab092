/// The lowest validation loss so far, and how long ago it was.
package struct EarlyStopping: Hashable, Sendable {
  package private(set) var best = Double.infinity
  package private(set) var bestEpoch = 0
  /// Epochs since the last improvement.
  package private(set) var waited = 0

  package init() {}

  /// The state of a saved run.
  package init(best: Double, bestEpoch: Int, waited: Int) {
    (self.best, self.bestEpoch, self.waited) = (best, bestEpoch, waited)
  }

  /// Records the loss of an epoch; true if it is lower than all before by more than `delta`.
  package mutating func note(_ loss: Double, epoch: Int, delta: Double) -> Bool {
    // The first finite loss is always an improvement over infinity.
    guard loss < best - (best.isFinite ? delta : 0) else {
      waited += 1
      return false
    }
    (best, bestEpoch, waited) = (loss, epoch, 0)
    return true
  }

  package func shouldStop(patience: Int?) -> Bool { patience.map { waited >= $0 } ?? false }
}
