import Text

/// One subcommand: a table of keys, from which parsing, help and suggestions all follow.
struct Command<Config: Sendable>: Sendable {
  let name: String
  /// One line, without a full stop.
  let about: String
  /// Command lines to copy, each with what it is for.
  var examples: [Example] = []
  /// More to know, a paragraph each.
  var notes: [String] = []
  /// The configuration of a command line without options.
  let initial: Config
  let keys: [Key<Config>]
  /// How the arguments that are no options are written, as in `RUN MOMENTA`.
  var operands = ""
  /// What shells offer for arguments that are no options.
  var words: [String] = []
  /// Takes an argument that is no option; nil where there are none.
  var positional: (@Sendable (inout Config, String) throws -> Void)?
  /// Takes `name=value` for a name that is no key of the command; nil where there are none.
  var assignment: (@Sendable (inout Config, _ name: String, _ text: String) -> Void)?
  /// Checks what no key can check by itself.
  var validate: @Sendable (Config) throws -> Void = { _ in }
  let run: @Sendable (Config, Output) throws -> Void

  /// The command line, without positional arguments, that says what `config` says.
  func arguments(for config: Config) -> [String] {
    keys.compactMap { key in key.text(config).map { "--\(key.option.name)=\($0)" } }
  }
}

/// A command line worth showing.
struct Example: Hashable, Sendable {
  let arguments: String
  let about: String

  init(_ arguments: String, _ about: String) {
    (self.arguments, self.about) = (arguments, about)
  }
}

/// A command whatever its configuration is.
protocol Subcommand: Sendable {
  var name: String { get }
  var about: String { get }
  var examples: [Example] { get }
  var notes: [String] { get }
  var operands: String { get }
  /// What shells offer for arguments that are no options.
  var words: [String] { get }
  /// Its own options, each with its default as text.
  var options: [(option: Option, standard: String?)] { get }

  /// Reads the arguments behind the command's name and does what they say.
  func call(_ arguments: [String], environment: Environment, output: Output) throws
}

extension Command: Subcommand {
  var options: [(option: Option, standard: String?)] {
    keys.map { ($0.option, $0.text(initial)) }
  }

  func call(_ arguments: [String], environment: Environment, output: Output) throws {
    var parser = Parser(self)
    let parsed: Parser<Config>.Result
    do { parsed = try parser.parse(arguments, environment: environment) } catch {
      throw Failure(error).at("implode \(name)")
    }
    switch parsed {
    case .help:
      try output.print(Help.text(for: self, width: output.terminal.width))
    case .run(let config):
      for warning in parser.warnings { output.warn(warning) }
      try run(config, output)
    }
  }
}

extension String? {
  /// Takes the one argument of a command that is no option.
  mutating func take(_ operand: String, hint: String) throws(Failure) {
    if self != nil { throw .usage("unexpected argument '\(operand)'", hint: hint) }
    self = operand
  }
}
