import Glibc
import Machine
import Text

/// Reads one command line into a command's configuration.
struct Parser<Config: Sendable> {
  private let command: Command<Config>
  private var config: Config
  private var rest: ArraySlice<String> = []
  /// The text that each key was given.
  private var given: [String: String] = [:]
  private(set) var warnings: [String] = []

  enum Result {
    case help
    case run(Config)
  }

  init(_ command: Command<Config>) {
    self.command = command
    config = command.initial
  }

  mutating func parse(
    _ arguments: [String], environment: Environment = { _ in nil }
  ) throws -> Result {
    rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        while let operand = rest.popFirst() { try take(operand) }
      } else if argument.hasPrefix("--") {
        if try readLong(argument.dropFirst(2)) { return .help }
      } else if argument.hasPrefix("-") && argument.count > 1 {
        if try readShort(argument.dropFirst()) { return .help }
      } else if try !readAssignment(argument) {
        try take(argument)
      }
    }
    for key in command.keys where given[key.option.name] == nil {
      guard let variable = key.option.variable else { continue }
      guard let text = environment(variable), !text.isEmpty else { continue }
      do { try key.set(&config, to: text) } catch {
        throw error.at(variable, code: .configuration)
      }
    }
    try command.validate(config)
    return .run(config)
  }

  /// `--name`, `--no-name`, `--name=value` or `--name value`.
  ///
  /// - Returns: whether it asks for help.
  private mutating func readLong(_ text: Substring) throws -> Bool {
    let name = String(text.prefix { $0 != "=" })
    let value = text.count > name.count ? String(text.dropFirst(name.count + 1)) : nil
    if Option.common.contains(where: { $0.name == name }) {
      if value == nil { return name == "help" }
      throw Failure.usage("--\(name) takes no value", hint: "write --\(name)")
    }
    if let key = key(name) {
      let text = if let value { value } else { try self.value(of: key) }
      try set(key, to: text)
    } else if name.hasPrefix("no-"), let key = key(String(name.dropFirst(3))), key.option.isFlag {
      if value != nil {
        throw Failure.usage("--\(name) takes no value", hint: "write --\(name)")
      }
      try set(key, to: "false")
    } else {
      throw unknownOption("--\(name)")
    }
    return false
  }

  /// `-e 3`, `-e3`, `-e=3`, and `-ne3` for `-n -e3`.
  ///
  /// - Returns: whether it asks for help.
  private mutating func readShort(_ text: Substring) throws -> Bool {
    var letters = text
    while let letter = letters.popFirst() {
      if letter == "h" { return true }
      guard let key = command.keys.first(where: { $0.option.short == letter }) else {
        // One dash before a whole name is a slip that has an obvious remedy.
        throw text.count > 1 ? unknownOption("-\(text)") : unknownOption("-\(letter)")
      }
      if key.option.isFlag && letters.first != "=" {
        try set(key, to: "true")
      } else {
        let value = letters.first == "=" ? letters.dropFirst() : letters
        try set(key, to: letters.isEmpty ? try self.value(of: key) : String(value))
        return false
      }
    }
    return false
  }

  /// `name=value`, unless there is a file of that name.
  ///
  /// - Returns: whether it was one.
  private mutating func readAssignment(_ argument: String) throws -> Bool {
    let name = String(argument.prefix { $0 != "=" })
    guard name.count < argument.count, name.isKeyPath, access(argument, F_OK) != 0 else {
      return false
    }
    guard let key = key(name) else {
      if let assignment = command.assignment {
        assignment(&config, name, String(argument.dropFirst(name.count + 1)))
        return true
      }
      throw Failure(
        "unknown key '\(name)'",
        hint: Suggestion.hint(for: name, among: command.keys.map(\.option.name)) ?? seeHelp,
        code: .configuration)
    }
    try set(key, to: String(argument.dropFirst(name.count + 1)), from: name, code: .configuration)
    return true
  }

  private mutating func take(_ operand: String) throws {
    if let positional = command.positional { return try positional(&config, operand) }
    throw Failure.usage(
      "unexpected argument '\(operand)'",
      hint: Suggestion.hint(for: operand, among: names, prefix: "--") ?? seeHelp)
  }

  /// The argument behind an option.
  private mutating func value(of key: Key<Config>) throws -> String {
    if key.option.isFlag { return "true" }
    guard let next = rest.first, !isOption(next) else {
      throw Failure.usage(
        "--\(key.option.name) needs a value",
        hint: "write --\(key.option.name) \(key.option.placeholder ?? "VALUE")")
    }
    rest.removeFirst()
    return next
  }

  /// Whether an argument cannot be the value of the option before it. `-1` can.
  private func isOption(_ argument: String) -> Bool {
    guard argument.hasPrefix("-"), let letter = argument.dropFirst().first else { return false }
    return letter == "-" || letter == "h" && argument.count == 2
      || command.keys.contains { $0.option.short == letter }
  }

  private mutating func set(
    _ key: Key<Config>, to text: String, from place: String? = nil, code: ExitCode = .usage
  ) throws {
    let name = key.option.name
    do { try key.set(&config, to: text) } catch { throw error.at(place ?? "--\(name)", code: code) }
    if let earlier = given.updateValue(text, forKey: name), earlier != text {
      warnings.append("'\(name)' is given as '\(earlier)' and as '\(text)': the last one is used")
    }
  }

  private func key(_ name: String) -> Key<Config>? {
    command.keys.first { $0.option.name == name }
  }

  private var names: [String] { (command.keys.map(\.option) + Option.common).map(\.name) }

  private func unknownOption(_ written: String) -> Failure {
    let name = written.drop { $0 == "-" }
    let negated = command.keys.filter(\.option.isFlag).map { "no-\($0.option.name)" }
    let candidates = name.hasPrefix("no") ? names + negated : names
    if Files.exist(written) {
      return .usage(
        "unknown option '\(written)'",
        hint: "if it is the file of this name, write './\(written)', or -- before it")
    }
    return .usage(
      "unknown option '\(written)'",
      hint: Suggestion.hint(for: String(name), among: candidates, prefix: "--") ?? seeHelp)
  }

  private var seeHelp: String { "`implode \(command.name) --help` lists the options" }
}

extension String {
  /// Whether it looks like `threads` or `optimizer.learning-rate`.
  fileprivate var isKeyPath: Bool {
    !isEmpty && !hasPrefix("-")
      && split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
        part.first?.isLetter == true
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
      }
  }
}
