/// All settings of a configuration. It reads, prints and documents them, and makes the messages.
package struct KeyTable<Config: Sendable>: Sendable {
  package let keys: [Key<Config>]
  private let places: [String: Int]
  /// The names of groups, such as `optimizer`.
  let groups: Set<String>
  /// Keys that this table does not have but that messages explain.
  let others: OtherKeys

  package init(_ keys: [Key<Config>], others: OtherKeys = OtherKeys()) {
    (self.keys, self.others) = (keys, others)
    places = Dictionary(
      keys.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    precondition(places.count == keys.count, "two keys have one name")
    precondition(Set(keys.map(\.variable)).count == keys.count, "two keys have one variable")
    groups = Set(keys.flatMap { $0.name.groups })
    precondition(groups.isDisjoint(with: places.keys), "a key has the name of a group")
  }

  package subscript(_ name: String) -> Key<Config>? { places[name].map { keys[$0] } }

  /// Reads the configuration from all sources; each one overrides those before it.
  ///
  /// - Parameters:
  ///   - initial: the defaults.
  ///   - files: the most general file first.
  ///   - environment: the value of a variable; an empty value counts as none.
  ///   - assignments: the assignments of the command line, in order.
  ///   - checksRules: whether values must go together, too.
  package func resolve(
    from initial: Config, files: [ConfigurationFile] = [],
    environment: (String) -> String? = { _ in nil }, assignments: [Assignment] = [],
    checksRules: Bool = true
  ) throws(ConfigurationError) -> Resolved<Config> {
    var resolved = Resolved(config: initial)
    for file in files { try read(file, into: &resolved) }
    try read(environment, into: &resolved)
    try read(assignments, into: &resolved)
    for key in keys where checksRules {
      guard let fault = key.rules.lazy.compactMap({ $0(resolved.config) }).first else { continue }
      throw ConfigurationError(
        "\(resolved.source(of: key.name).front)\(key.name): \(key.literal(resolved.config)) \(fault)",
        hint: "\(key.name) is \(key.about)")
    }
    return resolved
  }

  func read(
    _ environment: (String) -> String?, into resolved: inout Resolved<Config>
  ) throws(ConfigurationError) {
    for key in keys {
      guard let text = environment(key.variable), !text.isEmpty else { continue }
      try set(key, to: text, from: .variable(key.variable), in: &resolved)
    }
  }

  func read(
    _ assignments: [Assignment], into resolved: inout Resolved<Config>
  ) throws(ConfigurationError) {
    var given: [String: String] = [:]
    for assignment in assignments {
      let name = assignment.name
      guard let key = self[name] else { throw unknown(name, from: assignment.source) }
      try set(key, to: assignment.text, from: assignment.source, in: &resolved)
      if let earlier = given.updateValue(assignment.text, forKey: name),
        earlier != assignment.text
      {
        resolved.warnings.append(
          "'\(name)' is given as '\(Excerpt.of(earlier))' and as "
            + "'\(Excerpt.of(assignment.text))': the last one is used")
      }
    }
  }

  private func set(
    _ key: Key<Config>, to text: String, from source: Source, in resolved: inout Resolved<Config>
  ) throws(ConfigurationError) {
    do { try key.set(&resolved.config, to: text) } catch {
      throw ConfigurationError(
        "\(source.front)\(key.name)\(error.path): \(error.what)", hint: error.hint)
    }
    resolved.sources[key.name] = source
  }
}

extension String {
  /// The groups of a name: `a` and `a.b` for `a.b.c`.
  var groups: [String] {
    let parts = split(separator: ".")
    return (1..<max(1, parts.count)).map { parts.prefix($0).joined(separator: ".") }
  }
}

extension Source {
  /// The beginning of a message about the source.
  var front: String {
    switch self {
    case .standard, .assignment: ""
    case .file, .variable, .flag: place.map { "\($0): " } ?? ""
    }
  }
}
