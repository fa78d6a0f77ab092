package import Text

/// Something asked of the simulator that has no answer: what, with which value, and what to do.
package struct PhysicsError: ExplainedError, Equatable {
  package let message: String
  package let hint: String
  package var code: ExitCode { .usage }

  package init(_ message: String, hint: String) { (self.message, self.hint) = (message, hint) }
}
