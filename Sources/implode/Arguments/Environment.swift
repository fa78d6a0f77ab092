import Glibc

/// The environment variables: the text of the one that is asked for.
typealias Environment = (String) -> String?

/// Those of this process.
let processEnvironment: @Sendable (String) -> String? = { name in
  getenv(name).map { String(cString: $0) }
}

extension String {
  /// The name of a file or folder in its path, whatever slashes end it.
  var lastPathPart: String { split(separator: "/").last.map(String.init) ?? self }
}
