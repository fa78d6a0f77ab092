/// The output of a kernel compiler.
package enum BuildLog {
  /// The first errors, each with the line of source below it; without errors, how it begins.
  ///
  /// Compilers go on for pages about warnings and about what follows from the first error.
  package static func essence(
    of log: String, errors: Int = 3, lines: Int = 16
  ) -> String? {
    let all = log.split(whereSeparator: \.isNewline).map(String.init)
    var result: [String] = []
    var found = 0
    var isInError = false
    for line in all {
      if line.contains("error:") {
        found += 1
        isInError = true
      } else if line.contains("warning:") || line.contains("note:") || line.contains("generated") {
        isInError = false
      }
      if isInError && found <= errors { result.append(line) }
    }
    if result.isEmpty { result = all }
    let shown = result.prefix(lines).joined(separator: "\n")
    guard !shown.isEmpty else { return nil }
    return found > errors ? shown + "\n(and \(found - errors) more)" : shown
  }
}
