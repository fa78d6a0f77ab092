/// A configuration, with the source of each value.
package struct Resolved<Config: Sendable>: Sendable {
  package var config: Config
  /// The sources by key. A key that is not in the dictionary has its default.
  package var sources: [String: Source] = [:]
  /// One line for each value that was given twice or is not read.
  package var warnings: [String] = []
  /// Keys of files that are left out, because the command line or the environment chose a kind that
  /// does not read them.
  var ignored: [String] = []

  package init(config: Config) { self.config = config }

  package func source(of name: String) -> Source { sources[name] ?? .standard }
}

/// The source of a value.
package enum Source: Hashable, Sendable {
  case standard
  case file(String, Position)
  case variable(String)
  /// An option such as `--epochs`.
  case flag(String)
  /// `epochs=3` on the command line.
  case assignment(String)

  /// One word for records: default, file, env, flag or override.
  package var kind: String {
    switch self {
    case .standard: "default"
    case .file: "file"
    case .variable: "env"
    case .flag: "flag"
    case .assignment: "override"
    }
  }

  /// The place to look at: `config.json5:3:5`, `IMPLODE_EPOCHS`, `--epochs`, `epochs=`.
  package var place: String? {
    switch self {
    case .standard: nil
    case .file(let path, let position): "\(path):\(position)"
    case .variable(let name), .flag(let name): name
    case .assignment(let name): "\(name)="
    }
  }
}

/// `key=value` on a command line, or an option that stands for it.
package struct Assignment: Hashable, Sendable {
  package let name: String
  package let text: String
  /// The option, if there was one.
  package let flag: String?

  package init(_ name: String, _ text: String, flag: String? = nil) {
    (self.name, self.text, self.flag) = (name, text, flag)
  }

  var source: Source { flag.map { .flag($0) } ?? .assignment(name) }
}
