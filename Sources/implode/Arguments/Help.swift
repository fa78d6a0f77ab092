/// Help texts, made from the tables of commands and keys.
enum Help {
  /// What `implode` by itself prints.
  static func overview(of commands: [any Subcommand], width: Int) -> String {
    var lines = fill(
      "implode \(Implode.version): reconstructs molecular geometries from the ion "
        + "momenta of Coulomb explosions", width: width)
    lines += ["", "Usage: implode COMMAND [OPTIONS]", "", "Commands:"]
    lines += list(
      commands.map { ($0.name, $0.about) } + [("help COMMAND", "show the help of a command")],
      width: width)
    lines += ["", "Options:"]
    lines += list(
      [
        ("--version", "show the version"),
        ("--completions SHELL", "print completions for bash, zsh or fish"),
        ("--man", "print the manual page: implode --man | man -l -"),
      ] + Option.common.map { ($0.usage, $0.about) },
      width: width)
    lines.append("")
    lines += fill(
      "Options may be written --name VALUE, --name=VALUE or name=VALUE; --no-name unsets a flag. "
        + "Arguments after -- are not options.", width: width)
    return lines.joined(separator: "\n")
  }

  /// What `implode COMMAND --help` prints.
  static func text(for command: any Subcommand, width: Int) -> String {
    var lines = fill("implode \(command.name): \(command.about)", width: width)
    let operands = command.operands.isEmpty ? "" : " \(command.operands)"
    lines += ["", "Usage: implode \(command.name) [OPTIONS]\(operands)"]
    if !command.examples.isEmpty {
      let examples = command.examples.map { example in
        let arguments = example.arguments.isEmpty ? "" : " \(example.arguments)"
        return ("implode \(command.name)\(arguments)", example.about)
      }
      lines += ["", "Examples:"] + list(examples, width: width)
    }
    let own = command.options.map { ($0.option.usage, about($0.option, standard: $0.standard)) }
    let common = Option.common.map { ($0.usage, $0.about) }
    lines += ["", "Options:"] + list(own + common, width: width)
    for note in command.notes { lines += [""] + fill(note, width: width) }
    return lines.joined(separator: "\n")
  }

  static func about(_ option: Option, standard: String?) -> String {
    var facts: [String] = []
    if let standard, !option.isFlag { facts.append("default \(standard)") }
    if let variable = option.variable { facts.append(variable) }
    return option.about + (facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")
  }

  /// Two columns, the second one wrapped; one below the other where there is no room.
  static func list(_ items: [(name: String, about: String)], width: Int) -> [String] {
    let longest = items.map(\.name.count).max() ?? 0
    // A single long name shall not push all explanations to the right.
    let indent = min(longest + 4, width / 2)
    return items.flatMap { name, about in
      let isBeside = name.count + 4 <= indent && width >= 40
      let margin = width >= 40 ? indent : 4
      let text = fill(about, width: width - margin).map { pad(to: margin) + $0 }
      guard isBeside, let first = text.first else { return ["  " + name] + text }
      let head = "  " + name + pad(to: margin - name.count - 2)
      return [head + first.dropFirst(margin)] + text.dropFirst()
    }
  }

  /// Lines of at most `width` columns, broken at spaces.
  static func fill(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  private static func pad(to count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
