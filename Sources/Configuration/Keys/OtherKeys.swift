/// The keys that a table does not have but that messages explain: keys of other kinds, and keys of
/// earlier versions.
package struct OtherKeys: Sendable {
  /// The kind of the table, as in `model.kind "flow"`.
  private let kind: String
  /// Keys of other kinds, with the kinds that read them.
  private let readers: [(name: String, kinds: [String])]
  /// Former names of keys, with their present names.
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

  /// The hint if `name` is a key of another kind.
  func hint(for name: String) -> String? {
    kinds(of: name).map { "did you mean '\(name)'? It is a key of \($0)" }
  }

  private func kinds(of name: String) -> String? {
    readers.first { $0.name == name }?.kinds.joined(separator: ", ")
  }

  /// The error for a key of another kind or of an earlier version; nil for any other name.
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

  /// The warning for an environment variable whose key the kind does not have.
  func remark(on variable: String, of name: String) -> String {
    "\(variable) is not read: \(kind) has no key '\(name)'"
  }
}

extension Source {
  var isFile: Bool {
    if case .file = self { true } else { false }
  }
}
