/// An error that says what failed and what to do about it.
package protocol ExplainedError: Error {
  /// One line: what failed, with which value, where.
  var message: String { get }
  /// One line: what to do about it.
  var hint: String { get }
  /// Lines of someone else, such as a compiler, that belong to the message.
  var details: [String] { get }
  /// How a command ends that it stops.
  var code: ExitCode { get }
}

extension ExplainedError {
  package var details: [String] { [] }
}

/// An error that is nothing but its explanation.
package struct Failure: ExplainedError, Hashable {
  package let message: String
  package let hint: String
  package let details: [String]
  package let code: ExitCode

  /// - Parameter code: data that cannot be used, unless it is said to be something else.
  package init(
    _ message: String, hint: String, details: [String] = [], code: ExitCode = .data
  ) {
    (self.message, self.hint, self.details, self.code) = (message, hint, details, code)
  }

  /// Any error; one without an explanation is a fault of the program.
  package init(_ error: any Error) {
    if let error = error as? any ExplainedError {
      self.init(error.message, hint: error.hint, details: error.details, code: error.code)
    } else {
      self.init(
        "unexpected: \(error)", hint: "this is a bug in Implode; please report it", code: .fault)
    }
  }
}
