package import Text

extension Failure {
  private static let longest = 400

  /// Of a file of records. Names in a damaged file can be anything, so that the message is made one
  /// line that is not too long.
  ///
  /// - Parameter code: `input` where the file cannot be opened or read at all.
  package init(
    in path: String, _ what: String, hint: String = Seal.damaged, code: ExitCode = .data
  ) {
    let message = "\(path): \(what)".unicodeScalars
    let line = String(message.prefix(Self.longest))
      .escaping { $0.properties.generalCategory == .control ? "?" : nil }
    self.init(message.count > Self.longest ? line + "…" : line, hint: hint, code: code)
  }
}
