/// The folder of what can be made again: `IMPLODE_CACHE`, or where the desktop's rules put it.
package enum Cache {
  /// The part of it for one purpose; nil where an empty `IMPLODE_CACHE` turns it off.
  package static func folder(_ purpose: String) -> String? {
    if let folder = processEnvironment("IMPLODE_CACHE") {
      return folder.isEmpty ? nil : "\(folder)/\(purpose)"
    }
    // The rules say that a relative path is to be ignored.
    if let folder = processEnvironment("XDG_CACHE_HOME"), folder.hasPrefix("/") {
      return "\(folder)/implode/\(purpose)"
    }
    return processEnvironment("HOME").map { "\($0)/.cache/implode/\(purpose)" }
  }
}
