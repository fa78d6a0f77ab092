/// What is wrong with a configuration.
package struct ConfigurationError: Error, Hashable {
  /// One line: where, which key, which value, what is wrong with it.
  ///
  /// It begins with `file:line:column: ` for files, with the name of an environment variable, or
  /// with that of an option.
  package let message: String
  /// One line: what to write instead.
  package let hint: String
  package let cause: Cause

  package enum Cause: Hashable, Sendable {
    /// The file cannot be read at all.
    case missing
    /// Something in it, or in what overrides it, cannot be.
    case content
  }

  package init(_ message: String, hint: String, cause: Cause = .content) {
    // The name of a file can be anything.
    (self.message, self.hint, self.cause) = (Excerpt.line(message), hint, cause)
  }
}
