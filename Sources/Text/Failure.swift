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

  /// What cannot be understood on a command line, or cannot be asked for.
  package static func usage(_ message: String, hint: String) -> Failure {
    Failure(message, hint: hint, code: .usage)
  }

  /// Not an error: whoever read the results has stopped, and the command ends without a word.
  package static func unread(_ file: String) -> Failure {
    Failure("\(file): nobody reads it", hint: "nothing needs to be done", code: .done)
  }

  /// Of a place in a file: `data.csv:18231: column psy: 'abc' is not a number`.
  package init(
    _ code: ExitCode = .data, file: String, line: Int? = nil, column: String? = nil, cause: String,
    hint: String
  ) {
    let place = Quotation.printable(file) + (line.map { ":\($0)" } ?? "")
    let parts = [place, column.map { "column \($0)" }, cause].compactMap(\.self)
    self.init(parts.joined(separator: ": "), hint: hint, code: code)
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

  /// The same, with the name of the place where it was found in front.
  package func at(_ place: String, code: ExitCode? = nil) -> Failure {
    Failure("\(place): \(message)", hint: hint, details: details, code: code ?? self.code)
  }
}
