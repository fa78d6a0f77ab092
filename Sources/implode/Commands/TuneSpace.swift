import Configuration
import Machine
import Search
import Text
import Training

extension SearchSpace {
  /// A space whose keys are those of configurations.
  init(contentsOf path: String) throws {
    try self.init(ConfigurationFile(contentsOf: path)) {
      (base, assignments) throws(ConfigurationError) in
      do {
        let resolved = try Self.resolve(base, assignments, checksRules: false)
        guard resolved.config.ensemble == 1 else {
          throw ConfigurationError(
            "ensemble: \(resolved.config.ensemble): a trial trains one network",
            hint: "omit it, and train the best configuration with ensemble=K")
        }
      } catch let error as ConfigurationError {
        throw error
      } catch {
        let failure = Failure(error)
        throw ConfigurationError(failure.message, hint: failure.hint, code: failure.code)
      }
    }
  }

  /// The configuration of a trial.
  func configuration(_ assignments: [Assignment]) throws -> RunConfiguration {
    try Self.resolve(base, assignments, checksRules: true).config
  }

  private static func resolve(
    _ base: String, _ assignments: [Assignment], checksRules: Bool
  ) throws -> Resolved<RunConfiguration> {
    try RunConfiguration.table.resolve(
      files: [TrainOptions.configurationFile(base)], environment: processEnvironment,
      assignments: assignments, checksRules: checksRules)
  }
}
