/// Scripts that let a shell complete `implode`, made of the tables that parse it.
enum Completions: String, CLIChoice {
  case bash, zsh, fish

  /// The script, for the shell to read.
  func script(for commands: [any Subcommand]) -> String {
    switch self {
    case .bash: Self.bash(commands)
    case .zsh: Self.zsh(commands)
    case .fish: Self.fish(commands)
    }
  }

  // MARK: bash

  private static func bash(_ commands: [any Subcommand]) -> String {
    let names = commands.map(\.name).joined(separator: " ")
    return """
      # implode --completions bash > ~/.local/share/bash-completion/completions/implode
      _implode() {
        local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words='' files=''
        # bash takes the = of --name=value for a word of its own.
        local equals=''
        COMPREPLY=()
        if [ "$current" = = ]; then
          current='' equals=1
        elif [ "$before" = = ]; then
          before=${COMP_WORDS[COMP_CWORD-2]} equals=1
        fi
        if [ "$COMP_CWORD" -eq 1 ]; then
          words='\(names) help --help --version --completions --man'
        elif [ "${COMP_WORDS[1]}" = help ]; then
          words='\(names)'
        else
          case "${COMP_WORDS[1]} $before" in
      \(bashValues(commands))
          *)
          [ -z "$equals" ] || return
          case "${COMP_WORDS[1]}" in
      \(bashWords(commands))
          esac ;;
          esac
        fi
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
        if [ -n "$files" ]; then
          local more
          mapfile -t more < <(compgen -f -- "$current")
          COMPREPLY+=("${more[@]}")
        fi
      }
      complete -o filenames -F _implode implode
      """
  }

  /// What follows an option that has a value: one of its choices, a file, or nothing to offer.
  private static func bashValues(_ commands: [any Subcommand]) -> String {
    let options = commands.flatMap { command in
      command.completed.filter { !$0.isFlag }.map { (name: "'\(command.name) --\($0.name)'", $0) }
    }
    let choices = options.filter { !$0.1.choices.isEmpty }.map { name, option in
      "    \(name)) words='\(option.choices.joined(separator: " "))' ;;"
    }
    let files = options.filter { $0.1.choices.isEmpty && $0.1.takesFile }.map(\.name)
    let others = options.filter { $0.1.choices.isEmpty && !$0.1.takesFile }.map(\.name)
    return
      (choices + [
        "    \(files.joined(separator: " | "))) files=1 ;;",
        "    \(others.joined(separator: " | "))) ;;",
      ]).joined(separator: "\n")
  }

  /// The options of each command, and its other words.
  private static func bashWords(_ commands: [any Subcommand]) -> String {
    commands.map { command in
      let words = command.completed.map { "--\($0.name)" } + command.words
      return "      \(command.name)) words='\(words.joined(separator: " "))' files=1 ;;"
    }.joined(separator: "\n")
  }

  // MARK: zsh

  private static func zsh(_ commands: [any Subcommand]) -> String {
    let list = commands.map { "    \(quoted("\($0.name):\($0.about)"))" }
    let cases = commands.map { command in
      let options = command.completed.map { option in
        "      \(quoted(zshOption(option)))"
      }
      let words = command.words.isEmpty ? "" : " \(command.words.joined(separator: " "))"
      let rest =
        words.isEmpty ? "'*:file:_files'" : "\"*:word:{ compadd --\(words); _files }\""
      return """
            \(command.name))
              _arguments \\
        \((options + ["      \(rest)"]).joined(separator: " \\\n"))
              ;;
        """
    }
    return """
      #compdef implode
      # implode --completions zsh > a folder of $fpath/_implode
      _implode() {
        local -a commands
        commands=(
      \(list.joined(separator: "\n"))
        )
        if (( CURRENT == 2 )); then
          _describe command commands
          return
        fi
        shift words
        (( CURRENT-- ))
        case $words[1] in
            help)
              _describe command commands
              ;;
      \(cases.joined(separator: "\n"))
        esac
      }
      _implode "$@"
      """
  }

  private static func zshOption(_ option: Option) -> String {
    let about = option.about.filter { !"[]:".contains($0) }
    guard let placeholder = option.placeholder else { return "--\(option.name)[\(about)]" }
    // With = the value may be in the same word or in the next.
    let start = "--\(option.name)=[\(about)]"
    if !option.choices.isEmpty {
      return start + ":value:(\(option.choices.joined(separator: " ")))"
    }
    let name = placeholder.filter { $0.isLetter }
    return start + ":\(name.isEmpty ? "value" : name):" + (option.takesFile ? "_files" : " ")
  }

  // MARK: fish

  private static func fish(_ commands: [any Subcommand]) -> String {
    var lines = ["# implode --completions fish > ~/.config/fish/completions/implode.fish"]
    for command in commands {
      lines.append(
        "complete -c implode -f -n __fish_use_subcommand -a \(command.name) "
          + "-d \(quoted(command.about))")
    }
    let names = commands.map(\.name).joined(separator: " ")
    lines.append("complete -c implode -f -n __fish_use_subcommand -a help")
    lines.append("complete -c implode -f -n '__fish_seen_subcommand_from help' -a '\(names)'")
    for command in commands {
      let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
      for option in command.completed {
        var line = "complete -c implode \(condition) -l \(option.name)"
        if let short = option.short { line += " -s \(short)" }
        if !option.isFlag { line += option.takesFile ? " -r -F" : " -x" }
        if !option.choices.isEmpty && !option.isFlag {
          line += " -a \(quoted(option.choices.joined(separator: " ")))"
        }
        lines.append(line + " -d \(quoted(option.about))")
      }
      if !command.words.isEmpty {
        lines.append(
          "complete -c implode \(condition) -a \(quoted(command.words.joined(separator: " ")))")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// For any shell: nothing inside of single quotes means anything.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}

extension Subcommand {
  /// Its own options and those of every command.
  fileprivate var completed: [Option] { options.map(\.option) + Option.common }
}

extension Option {
  fileprivate var takesFile: Bool {
    guard let placeholder else { return false }
    return ["FILE", "DIR", "PATH"].contains { placeholder.contains($0) }
  }
}
