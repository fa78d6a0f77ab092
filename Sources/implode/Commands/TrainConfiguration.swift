import Configuration
import Glibc
import ShippedConfigurations
import Machine
import Text
import Training

extension TrainOptions {
  static var shippedNames: String {
    ShippedConfiguration.all.map(\.name).joined(separator: ", ")
  }

  /// Configurations by name, and keys to give a value to.
  static var completedWords: [String] {
    ShippedConfiguration.all.map(\.name) + RunConfiguration.table.keys.map { $0.name + "=" }
  }

  /// Every value, and where it comes from: defaults, the file, the environment, the command line.
  ///
  /// - Parameter resumed: a run whose configuration is the file where none is named.
  func resolve(_ resumed: RunResume?) throws -> Resolved<RunConfiguration> {
    var assignments = assignments
    if let seed { assignments.append(Assignment("seed", "\(seed)", flag: "--seed")) }
    return try RunConfiguration.table.resolve(
      files: [try config.map { try Self.configurationFile($0) } ?? resumed?.configuration()]
        .compactMap(\.self),
      environment: processEnvironment, assignments: assignments)
  }

  /// A file of this name, or the configuration that comes with the program.
  static func configurationFile(_ name: String) throws -> ConfigurationFile {
    if let shipped = ShippedConfiguration.all.first(where: { $0.name == name }),
      !isFile(name)
    {
      return try ConfigurationFile(shipped.bytes, path: name)
    }
    if access(name, F_OK) != 0, !name.contains("/"), !name.hasSuffix(".json5") {
      let names = ShippedConfiguration.all.map(\.name)
      throw Failure(
        "there is no configuration '\(name)'",
        hint: Suggestion.hint(for: name, among: names)
          ?? "name a file, or one of \(names.joined(separator: ", "))", code: .input)
    }
    return try ConfigurationFile(contentsOf: name)
  }

  /// A folder that happens to be called `default` hides no configuration.
  private static func isFile(_ name: String) -> Bool {
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }
}
