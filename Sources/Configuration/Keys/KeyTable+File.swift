import Text

extension KeyTable {
  /// Sets every key of a file.
  func read(
    _ file: ConfigurationFile, into resolved: inout Resolved<Config>
  ) throws(ConfigurationError) {
    guard case .object(let members) = file.root.value else {
      throw ConfigurationError(
        "\(file.path):\(file.root.position): \(file.root.shown) is no configuration",
        hint: "write { key: value, … }")
    }
    try read(members, of: nil, file, into: &resolved)
  }

  private func read(
    _ members: [Node.Member], of group: String?, _ file: ConfigurationFile,
    into resolved: inout Resolved<Config>
  ) throws(ConfigurationError) {
    for member in members {
      let name = group.map { "\($0).\(member.name)" } ?? member.name
      let place = Source.file(file.path, member.position)
      if member.name.contains(".") {
        throw ConfigurationError(
          "\(place.front)'\(Excerpt.of(member.name))' is no name of a key",
          hint: "a dot leads into a group, which has braces in a file")
      }
      if let key = self[name] {
        try set(key, to: member.node, of: file.path, in: &resolved)
      } else if groups.contains(name) || others.groups.contains(name) {
        guard case .object(let inner) = member.node.value else {
          throw ConfigurationError(
            "\(file.path):\(member.node.position): \(name): \(member.node.shown) is no group of keys",
            hint: "write \(member.name): { … } with \(listing(of: name))")
        }
        try read(inner, of: name, file, into: &resolved)
      } else if file.spareKeys.contains(name) {
        resolved.ignored.append(name)
      } else {
        throw unknown(name, from: place)
      }
    }
  }

  func set(
    _ key: Key<Config>, to node: Node, of path: String, in resolved: inout Resolved<Config>
  ) throws(ConfigurationError) {
    do { try key.set(&resolved.config, to: node) } catch {
      throw ConfigurationError(
        "\(path):\(error.position): \(key.name)\(error.path): \(error.what)", hint: error.hint)
    }
    resolved.sources[key.name] = .file(path, node.position)
  }

  /// The error for an unknown key, with the key that was probably meant.
  func unknown(_ name: String, from source: Source) -> ConfigurationError {
    if let error = others.refusal(of: name, from: source) { return error }
    if groups.contains(name) {
      return ConfigurationError(
        "\(source.front)'\(name)' is a group of keys", hint: "it has \(listing(of: name))")
    }
    return ConfigurationError(
      "\(source.front)unknown key '\(Excerpt.of(name))'", hint: suggestion(for: name))
  }

  private func suggestion(for name: String) -> String {
    let own = keys.map(\.name)
    if let key = own.first(where: { Self.isShort(name, for: $0) }) {
      return "did you mean '\(key)'?"
    }
    // Keys of the same group come first, then keys of other kinds. Groups are candidates, too.
    let candidates = own + groups.sorted() + others.names
    // Names of very different lengths are no misspellings of each other.
    let isShort = name.utf8.count <= 2 * (candidates.map(\.utf8.count).max() ?? 0)
    if isShort, let nearest = Suggestion.nearest(to: name, among: candidates) {
      let known = own + groups
      return others.hint(for: nearest)
        ?? Suggestion.hint(for: name, among: known.contains(nearest) ? known : candidates)
        ?? "did you mean '\(nearest)'?"
    }
    // The key may be right or nearly so, and its group missing or wrong.
    let last = name.split(separator: ".").last.map(String.init) ?? name
    let namesake = (own + others.names).first {
      $0.split(separator: ".").last.map(String.init) == last
    }
    if let namesake { return others.hint(for: namesake) ?? "did you mean '\(namesake)'?" }
    let near = own.filter { key in
      key.split(separator: ".").last.map { Suggestion.distance(String($0), last) == 1 } ?? false
    }
    if last.count > 3, let key = near.first { return "did you mean '\(key)'?" }
    var group = name.split(separator: ".").dropLast().joined(separator: ".")
    if !groups.contains(group) { group = "" }
    return "there are \(listing(of: group))"
  }

  /// Whether a name without a group is meant for a key: `batch`, `learning_rate` or `lr`.
  private static func isShort(_ name: String, for key: String) -> Bool {
    guard !name.contains("."), let last = key.split(separator: ".").last else { return false }
    let plain = name.lowercased().filter { $0 != "_" && $0 != "-" }
    let initials = last.prefix(1) + last.filter(\.isUppercase)
    return plain == last.lowercased() || initials.count > 1 && plain == initials.lowercased()
  }

  /// The keys and groups directly in a group, or at the top level if the name is empty.
  private func listing(of group: String) -> String {
    let prefix = group.isEmpty ? "" : group + "."
    var names: [String] = []
    for key in keys where key.name.hasPrefix(prefix) {
      let name = key.name.dropFirst(prefix.count).prefix { $0 != "." }
      if names.last != String(name) && !names.contains(String(name)) { names.append(String(name)) }
    }
    let shown = names.prefix(12).joined(separator: ", ")
    return names.count > 12 ? shown + ", …" : shown
  }
}
