/// Training that cannot go on, or cannot begin: what, and what to do.
package struct TrainingError: Error, Hashable {
  package enum Kind: Sendable {
    case diverged, badCheckpoint, badData, inUse
  }

  package let kind: Kind
  package let message: String
  package let hint: String

  package init(_ kind: Kind, _ message: String, hint: String) {
    (self.kind, self.message, self.hint) = (kind, message, hint)
  }

  static func diverged(epoch: Int, culprit: String) -> TrainingError {
    TrainingError(
      .diverged,
      "training diverged in epoch \(epoch) again and again: \(culprit) was the first to be no number",
      hint: "lower optimizer.learningRate, set optimizer.clipNorm, or look at the data: "
        + "implode inspect")
  }

  static func otherModel(_ found: Int, _ wanted: Int) -> TrainingError {
    TrainingError(
      .badCheckpoint, "the checkpoint has \(found) parameters, the model of this run \(wanted)",
      hint: "resume with the configuration that the run was started with")
  }
}
