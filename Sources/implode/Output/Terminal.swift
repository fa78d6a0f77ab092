import Glibc

/// What may be shown where: widths, colors, lines that are redrawn.
struct Terminal: Hashable, Sendable {
  /// The columns that help texts fill.
  let width: Int
  /// The columns that a table must fit in; a pipe takes any number.
  let tableWidth: Int
  /// Whether messages have colors.
  let hasColors: Bool
  /// Whether a line may be redrawn while work goes on.
  let canRedraw: Bool

  /// - Parameters:
  ///   - columns: the width of the terminal that results go to; nil if they go elsewhere.
  ///   - showsMessages: whether messages go to a terminal.
  init(
    columns: Int?, showsMessages: Bool, environment: Environment, refusesColors: Bool = false
  ) {
    let forced = environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    let isDumb = environment("TERM") == "dumb"
    width = min(max(forced ?? columns ?? 80, 20), 100)
    tableWidth = forced ?? columns ?? .max
    canRedraw = showsMessages && !isDumb
    hasColors = canRedraw && !refusesColors && (environment("NO_COLOR") ?? "").isEmpty
  }

  /// The terminal that this process was started in.
  static func current(environment: Environment, refusesColors: Bool) -> Terminal {
    var size = winsize()
    let hasSize = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      columns: hasSize ? Int(size.ws_col) : nil, showsMessages: isatty(STDERR_FILENO) == 1,
      environment: environment, refusesColors: refusesColors)
  }
}
