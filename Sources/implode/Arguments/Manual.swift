/// The manual page, made from the tables of commands and keys.
enum Manual {
  /// The text for `man`, in the language of roff.
  static func page(of commands: [any Subcommand]) -> String {
    var lines = [
      ".TH IMPLODE 1 \"\" \"implode \(Implode.version)\"", ".SH NAME",
      "implode \\- reconstructs molecular geometries from the ion momenta of Coulomb explosions",
      ".SH SYNOPSIS", ".B implode", "COMMAND [OPTIONS]", ".SH COMMANDS",
    ]
    for command in commands {
      lines += [".SS implode " + text("\(command.name) [OPTIONS] \(command.operands)")]
      lines.append(text(sentence(command.about)))
      for option in command.options {
        lines += [".TP", ".B " + text(option.option.usage)]
        lines.append(text(sentence(Help.about(option.option, standard: option.standard))))
      }
      for note in command.notes { lines += [".PP", text(note)] }
      if !command.examples.isEmpty { lines += [".PP", "Examples:"] }
      for example in command.examples {
        lines += [".TP", ".B implode " + text("\(command.name) \(example.arguments)")]
        lines.append(text(sentence(example.about)))
      }
    }
    lines.append(".SH OPTIONS OF EVERY COMMAND")
    for option in Option.common {
      lines += [".TP", ".B " + text(option.usage), text(sentence(option.about))]
    }
    lines.append(".SH EXIT STATUS")
    for (code, meaning) in codes { lines += [".TP", ".B \(code)", text(meaning)] }
    return lines.joined(separator: "\n")
  }

  private static let codes: KeyValuePairs<Int, String> = [
    0: "Done.", 64: "The command line is wrong.", 65: "Data cannot be used.",
    66: "A file is missing.", 69: "A device is not available.", 70: "A fault of Implode.",
    73: "A file cannot be created.", 74: "A file cannot be written, or not be read to its end.",
    75: "Stopped by a signal, a checkpoint is saved.", 76: "Training diverged.",
    78: "The configuration is wrong.",
  ]

  private static func sentence(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  /// Text in which nothing is a request: a backslash, a minus sign, and a point or an apostrophe at
  /// the start of a line.
  private static func text(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
