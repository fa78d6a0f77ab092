package import Text

/// What is wrong with a configuration.
package struct ConfigurationError: ExplainedError, Hashable {
  /// One line: where, which key, which value, what is wrong with it.
  ///
  /// It begins with `file:line:column: ` for files, with the name of an environment variable, or
  /// with that of an option.
  package let message: String
  /// One line: what to write instead.
  package let hint: String
  /// `input` where the file cannot be read at all.
  package let code: ExitCode

  package init(_ message: String, hint: String, code: ExitCode = .configuration) {
    // The name of a file can be anything.
    (self.message, self.hint, self.code) = (Excerpt.line(message), hint, code)
  }
}
