/// One line on a data set: what is so, and what it means for training.
package struct Finding: Sendable, Hashable {
  /// How much it asks of the reader.
  package enum Severity: String, Sendable {
    /// As it should be.
    case ok
    /// Worth knowing.
    case note
    /// Training on this as it is gives something else than expected.
    case warning
  }

  /// What it is about, for programs: a word of the list at `Audit.findings`.
  package let topic: String
  package let severity: Severity
  package let text: String

  package init(_ topic: String, _ severity: Severity, _ text: String) {
    (self.topic, self.severity, self.text) = (topic, severity, text)
  }
}
