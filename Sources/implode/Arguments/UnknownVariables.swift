import Configuration
import Text
import Training

/// Environment variables that look like those of Implode and are none.
enum UnknownVariables {
  /// Those that are no option and no key of a configuration.
  private static let others = [
    "IMPLODE_CACHE", "IMPLODE_GNUPLOT", "IMPLODE_HOLD", "IMPLODE_KERNELS", "IMPLODE_LAUNCHES",
  ]
  /// Those of the tests and benchmarks begin like this.
  private static let testing = [
    "IMPLODE_BENCH", "IMPLODE_FUZZ", "IMPLODE_PYTHON", "IMPLODE_RECORD", "IMPLODE_TESTS",
  ]

  /// A warning for each.
  static func warnings(_ names: [String], for commands: [any Subcommand]) -> [String] {
    let options = commands.flatMap { $0.options.compactMap(\.option.variable) }
    let known = Set(options + RunConfiguration.table.keys.map(\.variable) + others)
    return names.filter { name in
      name.hasPrefix("IMPLODE_") && !known.contains(name)
        && !testing.contains(where: name.hasPrefix)
    }.sorted().map { name in
      let nearest = Suggestion.hint(for: name, among: known.sorted())
      return "the environment variable \(name) is not known and has no effect"
        + (nearest.map { "; \($0)" } ?? "")
    }
  }
}
