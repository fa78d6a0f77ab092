/// The lowest validation loss so far, and how long ago one was lower by more than a margin.
package struct EarlyStopping: Hashable, Sendable {
  package private(set) var best = Double.infinity
  package private(set) var bestEpoch = 0
  /// What a loss must be below, by more than the margin, for patience to begin anew.
  package private(set) var reference = Double.infinity
  /// Epochs since it last was.
  package private(set) var waited = 0

  package init() {}

  /// The state of a saved run.
  package init(best: Double, bestEpoch: Int, reference: Double, waited: Int) {
    (self.best, self.bestEpoch) = (best, bestEpoch)
    (self.reference, self.waited) = (reference, waited)
  }

  /// Records the loss of an epoch; true if it is the lowest so far.
  package mutating func note(_ loss: Double, epoch: Int, delta: Double) -> Bool {
    // The first finite loss is always an improvement over infinity.
    if loss < reference - (reference.isFinite ? delta : 0) {
      (reference, waited) = (loss, 0)
    } else {
      waited += 1
    }
    guard loss < best else { return false }
    (best, bestEpoch) = (loss, epoch)
    return true
  }

  package func shouldStop(patience: Int?) -> Bool { patience.map { waited >= $0 } ?? false }
}
