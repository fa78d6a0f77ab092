import Text

/// One option of a command: a name that a command line, the environment and help texts agree on.
struct Key<Config>: Sendable {
  let option: Option
  /// The value in a configuration as text; nil where nothing is set.
  let text: @Sendable (Config) -> String?
  private let assign: @Sendable (inout Config, String) throws(Failure) -> Void

  /// - Parameters:
  ///   - name: such as `threads`, for `--threads`; a dot leads into a group.
  ///   - placeholder: the word for the value in help texts, if its type has no good one.
  ///   - check: what is wrong with a value, as in "must be at least 1".
  init<V: CLIValue>(
    _ name: String, _ path: any WritableKeyPath<Config, V> & Sendable, short: Character? = nil,
    env: String? = nil, placeholder: String? = nil,
    check: (@Sendable (V) -> String?)? = nil, _ about: String
  ) {
    let option = Option(
      name: name, short: short, variable: env, placeholder: placeholder ?? V.placeholder,
      choices: V.choices, about: about)
    self.option = option
    text = { $0[keyPath: path].argument }
    assign = { (config, text) throws(Failure) in
      let value = try V(argument: text)
      if let fault = check?(value) {
        throw .usage("'\(text)' \(fault)", hint: "\(option.usage) is \(about)")
      }
      config[keyPath: path] = value
    }
  }

  private init(
    _ option: Option, text: @escaping @Sendable (Config) -> String?,
    assign: @escaping @Sendable (inout Config, String) throws(Failure) -> Void
  ) {
    (self.option, self.text, self.assign) = (option, text, assign)
  }

  /// The same option of a command whose options contain these.
  func within<Whole>(
    _ path: any WritableKeyPath<Whole, Config> & Sendable
  ) -> Key<Whole> {
    Key<Whole>(
      option, text: { text($0[keyPath: path]) },
      assign: { (whole, text) throws(Failure) in try set(&whole[keyPath: path], to: text) })
  }

  /// Reads `text` into the configuration.
  func set(_ config: inout Config, to text: String) throws(Failure) {
    try assign(&config, text)
  }
}

/// What there is to know about an option without its command.
struct Option: Hashable, Sendable {
  let name: String
  var short: Character?
  /// The environment variable that sets it where the command line does not.
  var variable: String?
  /// Nil for a flag.
  var placeholder: String?
  var choices: [String] = []
  let about: String

  var isFlag: Bool { placeholder == nil }

  /// How it is written, as in `-e, --epochs N`.
  var usage: String {
    (short.map { "-\($0), " } ?? "") + "--\(name)" + (placeholder.map { " \($0)" } ?? "")
  }

  /// The options of every command.
  static let common = [
    Option(name: "no-color", about: "plain text; so does a non-empty NO_COLOR"),
    Option(name: "help", short: "h", about: "show this help"),
  ]
}
