import Glibc

/// The environment variables: the text of the one that is asked for.
typealias Environment = (String) -> String?

/// The names of all variables of this process.
var processVariables: [String] {
  var names: [String] = []
  var entry = environ
  while let text = entry.pointee {
    names.append(String(String(cString: text).prefix { $0 != "=" }))
    entry += 1
  }
  return names
}
