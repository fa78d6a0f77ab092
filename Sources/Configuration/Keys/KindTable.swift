/// All settings of a configuration of which one part has several kinds: the kind says which keys
/// there are, as in `model: { kind: "flow", couplings: 8 }`.
package struct KindTable<Config: Sendable>: Sendable {
  /// One kind: what only some kinds read, beside what all do.
  package struct Kind: Sendable {
    package let name: String
    let about: String
    /// The configuration of this kind in which everything has its default.
    let initial: Config
    let keys: [Key<Config>]

    package init(_ name: String, _ about: String, initial: Config, keys: [Key<Config>]) {
      (self.name, self.about, self.initial, self.keys) = (name, about, initial, keys)
    }
  }

  let kinds: [Kind]
  /// What all kinds read, without the key of the kind.
  let common: [Key<Config>]
  /// The key that says which kind it is.
  let chooser: Key<Config>
  /// In the order of the kinds.
  private let tables: [KeyTable<Config>]

  /// - Parameters:
  ///   - chooser: the key that says which kind it is; setting it gives all keys of the kind their
  ///     defaults.
  ///   - kinds: the first one is the default.
  ///   - renamed: names that keys had in earlier versions, and have now.
  package init(
    _ chooser: Key<Config>, kinds: [Kind], common: [Key<Config>],
    renamed: [String: String] = [:]
  ) {
    precondition(!kinds.isEmpty, "a table of no kinds")
    (self.chooser, self.kinds, self.common) = (chooser, kinds, common)
    tables = kinds.map { kind in
      KeyTable(
        [chooser.checking] + kind.keys + common,
        others: OtherKeys(
          kind: "\(chooser.name) \"\(kind.name)\"", readers: Self.readers(kinds, beside: kind),
          renamed: renamed))
    }
  }

  /// Every key that a kind does not have, and the kinds that have it.
  private static func readers(
    _ kinds: [Kind], beside kind: Kind
  ) -> [(name: String, kinds: [String])] {
    let own = Set(kind.keys.map(\.name))
    var order: [String] = []
    var readers: [String: [String]] = [:]
    for other in kinds {
      for key in other.keys where !own.contains(key.name) {
        if readers[key.name] == nil { order.append(key.name) }
        readers[key.name, default: []].append(other.name)
      }
    }
    return order.map { ($0, readers[$0] ?? []) }
  }

  /// All keys of all kinds, each name once.
  package var keys: [Key<Config>] {
    var known: Set<String> = []
    return ([chooser] + kinds.flatMap(\.keys) + common).filter { known.insert($0.name).inserted }
  }

  /// The keys of the kind that a configuration is of.
  package func table(of config: Config) -> KeyTable<Config> {
    let kind = chooser.literal(config)
    return tables[kinds.firstIndex { chooser.literal($0.initial) == kind } ?? 0]
  }

  /// The configuration that the sources say together: each overrules those before it.
  ///
  /// A key of a file that the file's own kind reads, and a kind that was chosen behind the file
  /// does not, is left out with a warning; any other key that is not read is refused.
  package func resolve(
    files: [ConfigurationFile] = [], environment: (String) -> String? = { _ in nil },
    assignments: [Assignment] = []
  ) throws(ConfigurationError) -> Resolved<Config> {
    var chosen = Resolved(config: kinds[0].initial)
    let kindTable = KeyTable([chooser])
    var tablesOfFiles: [KeyTable<Config>] = []
    for file in files {
      if let node = file[chooser.name] {
        try kindTable.set(chooser, to: node, of: file.path, in: &chosen)
      }
      tablesOfFiles.append(table(of: chosen.config))
    }
    try kindTable.read(environment, into: &chosen)
    try kindTable.read(assignments.filter { $0.name == chooser.name }, into: &chosen)
    let table = table(of: chosen.config)
    var files = files
    for (place, own) in tablesOfFiles.enumerated() {
      files[place].spareKeys = Set(own.keys.map(\.name)).subtracting(table.keys.map(\.name))
    }
    var resolved = try table.resolve(
      from: chosen.config, files: files, environment: environment, assignments: assignments)
    warn(&resolved, table, environment)
    return resolved
  }

  private func warn(
    _ resolved: inout Resolved<Config>, _ table: KeyTable<Config>,
    _ environment: (String) -> String?
  ) {
    if !resolved.ignored.isEmpty {
      resolved.warnings.append(
        "\(chooser.name) is \(chooser.literal(resolved.config)) here, which does not read "
          + resolved.ignored.joined(separator: ", "))
    }
    for key in keys where table[key.name] == nil {
      if environment(key.variable)?.isEmpty == false {
        resolved.warnings.append(table.others.remark(on: key.variable, of: key.name))
      }
    }
  }
}
