package import Text

/// What is wrong with a file, where, and what to do about it.
///
/// Its message is `data.csv:18231: column psy: 'abc' is not a number`: one line of cause, and one
/// of hint, for the people who made the file rather than for those who made the program.
package struct DataError: ExplainedError, Hashable {
  package let code: ExitCode
  package let file: String
  package let line: Int?
  package let column: String?
  package let cause: String
  package let hint: String

  package init(
    _ code: ExitCode, file: String, line: Int? = nil, column: String? = nil, cause: String,
    hint: String
  ) {
    (self.code, self.file, self.line, self.column) = (code, file, line, column)
    (self.cause, self.hint) = (cause, hint)
  }

  /// The place and the cause, on one line.
  package var message: String {
    let place = Quotation.printable(file) + (line.map { ":\($0)" } ?? "")
    return [place, column.map { "column \($0)" }, cause].compactMap(\.self)
      .joined(separator: ": ")
  }
}

extension DataError: CustomStringConvertible {
  package var description: String { "error: \(message)\nhint: \(hint)" }
}
