package import Text

/// A file of records that cannot be read or written.
package struct RecordError: ExplainedError, Hashable {
  /// One line: which file, where in it, what is wrong.
  package let message: String
  /// One line: what to do about it.
  package let hint: String
  /// `input` where it cannot be opened or read at all.
  package let code: ExitCode

  private static let longest = 400

  /// Names in a damaged file can be anything, so `message` is made one line that is not too long.
  package init(_ message: String, hint: String, code: ExitCode = .data) {
    var line = ""
    for scalar in message.unicodeScalars.prefix(Self.longest) {
      line.unicodeScalars.append(scalar.properties.generalCategory == .control ? "?" : scalar)
    }
    self.message = message.unicodeScalars.count > Self.longest ? line + "…" : line
    (self.hint, self.code) = (hint, code)
  }
}
