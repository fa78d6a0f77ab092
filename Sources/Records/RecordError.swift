package import Text

/// An error in reading or writing a safetensors, ONNX or event file.
package struct RecordError: ExplainedError, Hashable {
  /// One line: the file, the position, and what is wrong.
  package let message: String
  /// One line: what to do about it.
  package let hint: String
  /// `input` if the file cannot be opened or read.
  package let code: ExitCode

  private static let longest = 400

  /// Makes `message` one line of limited length, since names in a damaged file can be anything.
  package init(_ message: String, hint: String, code: ExitCode = .data) {
    var line = ""
    for scalar in message.unicodeScalars.prefix(Self.longest) {
      line.unicodeScalars.append(scalar.properties.generalCategory == .control ? "?" : scalar)
    }
    self.message = message.unicodeScalars.count > Self.longest ? line + "…" : line
    (self.hint, self.code) = (hint, code)
  }
}
