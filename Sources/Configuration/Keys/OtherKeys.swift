/// What is known of keys that a table does not have: those that other kinds read, and those of
/// earlier versions.
package struct OtherKeys: Sendable {
  /// The kind of the table, as in `model.kind "flow"`.
  private let kind: String
  /// The names of keys, and the kinds that read them.
  private let readers: [(name: String, kinds: [String])]
  /// Names that keys had, and have now.
  private let renamed: [String: String]
  let groups: Set<String>

  package init(
    kind: String = "", readers: [(name: String, kinds: [String])] = [],
    renamed: [String: String] = [:]
  ) {
    (self.kind, self.readers, self.renamed) = (kind, readers, renamed)
    groups = Set(readers.flatMap { $0.name.groups })
  }

  var names: [String] { readers.map(\.name) }

  /// Where a name is meant that another kind reads.
  func hint(for name: String) -> String? {
    kinds(of: name).map { "did you mean '\(name)'? It is a key of \($0)" }
  }

  private func kinds(of name: String) -> String? {
    readers.first { $0.name == name }?.kinds.joined(separator: ", ")
  }

  /// The error for a name that is known, though not here.
  func refusal(of name: String, from source: Source) -> ConfigurationError? {
    if let kinds = kinds(of: name) {
      return ConfigurationError(
        "\(source.front)\(kind) has no key '\(name)'", hint: "it is a key of \(kinds)")
    }
    guard let new = renamed[name] else { return nil }
    let parts = new.split(separator: ".").map(String.init)
    let braces = parts.dropLast().reversed().reduce("\(parts.last ?? ""): …") { "\($1): { \($0) }" }
    return ConfigurationError(
      "\(source.front)'\(name)' is called '\(new)' now",
      hint: "write \(source.isFile ? braces : "\(new)=…")")
  }

  /// The warning for a variable of the environment that nothing reads.
  func remark(on variable: String, of name: String) -> String {
    "\(variable) is not read: \(kind) has no key '\(name)'"
  }
}

extension Source {
  var isFile: Bool {
    if case .file = self { true } else { false }
  }
}
