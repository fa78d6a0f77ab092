package import Text

/// An error in a configuration.
package struct ConfigurationError: ExplainedError, Hashable {
  /// One line: the position, the key, the value, and what is wrong with it.
  ///
  /// It begins with `file:line:column: `, or with the name of an environment variable or an option.
  package let message: String
  /// One line: what to write instead.
  package let hint: String
  /// `input` if the file cannot be read.
  package let code: ExitCode

  package init(_ message: String, hint: String, code: ExitCode = .configuration) {
    // The message is made one line, since a file name can contain line breaks.
    (self.message, self.hint, self.code) = (Excerpt.line(message), hint, code)
  }
}
