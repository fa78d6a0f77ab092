import Text

/// A command line, or a value in it, that cannot be understood.
struct UsageError: ExplainedError, Hashable {
  var message: String
  /// What to write instead.
  var hint: String
  /// `configuration` where a key or an environment variable is at fault.
  var code = ExitCode.usage

  /// The same fault, with the name of the place where it was found in front.
  func at(_ place: String, code: ExitCode = .usage) -> UsageError {
    UsageError(message: "\(place): \(message)", hint: hint, code: code)
  }
}
