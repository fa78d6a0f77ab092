import Glibc
import Text

/// The program: its commands, and what one call of it does.
enum Implode {
  static let version = "0.1.0"

  /// Every subcommand, in the order in which help lists them.
  static let commands: [any Subcommand] = [
    devices, simulate, inspect, train, evaluate, predict, solve, report, export, runs, tune,
    bench, tuneKernels,
  ]

  /// Does what the arguments say, and says how that went.
  static func main(_ arguments: [String], environment: Environment) -> ExitCode {
    // Whoever stops reading ends nothing: `devices --check | head` still has its exit code.
    signal(SIGPIPE, SIG_IGN)
    // A file that grows beyond a limit is an error of its own, with words.
    signal(SIGXFSZ, SIG_IGN)
    holdStreams()
    let output = Output(
      .current(
        environment: environment, refusesColors: arguments.contains("--no-color")))
    for warning in UnknownVariables.warnings(processVariables, for: commands) {
      output.warn(warning)
    }
    do {
      try checkEncoding()
      try call(arguments[...], environment: environment, output: output)
      output.clearStatus()
      return .done
    } catch {
      let failure = Failure(error)
      output.clearStatus()
      if failure.code != .done { output.report(failure) }
      return failure.code
    }
  }

  /// Throws for an argument that is no text: the name of a file could not be found again.
  private static func checkEncoding() throws(Failure) {
    for case let argument? in UnsafeBufferPointer(
      start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
    where String(validatingCString: argument) == nil {
      let text = String(cString: argument)
      throw .usage(
        "'\(text)' is not UTF-8 text",
        hint: "rename the file, or name a link to it that has a name in UTF-8")
    }
  }

  /// Lets no file take the number of a stream that is closed: results would be written into it.
  private static func holdStreams() {
    // Open to be read only, so that writing still fails as on a closed stream.
    while case let descriptor = open("/dev/null", O_RDONLY), descriptor >= 0 {
      if descriptor > STDERR_FILENO {
        close(descriptor)
        return
      }
    }
  }

  private static func call(
    _ arguments: ArraySlice<String>, environment: Environment, output: Output
  ) throws {
    let arguments = arguments.drop { $0 == "--no-color" }
    let rest = Array(arguments.dropFirst())
    switch arguments.first {
    case nil, "-h", "--help":
      try output.print(Help.overview(of: commands, width: output.terminal.width))
    case "--version":
      try output.print("implode \(version)")
    case "--completions":
      let shell = try Completions(argument: rest.first ?? "")
      try output.print(shell.script(for: commands))
    case "--man":
      try output.print(Manual.page(of: commands))
    case "help":
      try help(rest, output)
    case let name?:
      try command(name).call(rest, environment: environment, output: output)
    }
  }

  private static func help(_ arguments: [String], _ output: Output) throws {
    let width = output.terminal.width
    guard let name = arguments.first(where: { !$0.hasPrefix("-") }) else {
      return try output.print(Help.overview(of: commands, width: width))
    }
    try output.print(Help.text(for: command(name), width: width))
  }

  private static func command(_ name: String) throws(Failure) -> any Subcommand {
    if let command = commands.first(where: { $0.name == name }) { return command }
    let names = commands.map(\.name) + ["help"]
    if name.hasPrefix("-") {
      throw .usage(
        "unknown option '\(name)'",
        hint: Suggestion.hint(
          for: name, among: ["--help", "--version", "--no-color", "--completions", "--man"])
          ?? "options follow the command: implode COMMAND [OPTIONS]")
    }
    throw .usage(
      "unknown command '\(name)'",
      hint: Suggestion.hint(for: name, among: names) ?? "`implode --help` lists the commands")
  }
}
