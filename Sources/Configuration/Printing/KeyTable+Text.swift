extension KeyTable {
  /// What is printed with each value.
  package enum Remarks: Sendable {
    case none
    /// The meaning of the key.
    case about
    /// The source of the value.
    case sources
  }

  /// The configuration as JSON5. Reading the text gives the same configuration.
  package func text(of config: Config, about: Bool = true) -> String {
    text(of: Resolved(config: config), remarks: about ? .about : .none)
  }

  package func text(of resolved: Resolved<Config>, remarks: Remarks) -> String {
    let tree = KeyTree(keys)
    return (["{"] + lines(tree, resolved, remarks, indent: "  ") + ["}"])
      .map { $0 + "\n" }.joined()
  }

  private func lines(
    _ tree: KeyTree<Config>, _ resolved: Resolved<Config>, _ remarks: Remarks, indent: String
  ) -> [String] {
    tree.branches.flatMap { branch in
      switch branch {
      case .group(let name, let tree):
        return ["\(indent)\(name): {"] + lines(tree, resolved, remarks, indent: indent + "  ")
          + ["\(indent)},"]
      case .key(let name, let key):
        let line = "\(indent)\(name): \(key.literal(resolved.config)),"
        switch remarks {
        case .none: return [line]
        case .about: return ["\(indent)// \(key.about)", line]
        case .sources:
          let source = resolved.source(of: key.name)
          // A path may contain line breaks, which would end the comment.
          let place = source.place.map { " \(Excerpt.line($0))" } ?? ""
          return ["\(line)  // \(source.kind)\(place)"]
        }
      }
    }
  }

  static var head: [String] { ["key", "takes", "default", "meaning"] }

  static func row(_ key: Key<Config>, _ initial: Config) -> [String] {
    ["`\(key.name)`", key.noun, "`\(key.literal(initial))`", key.about]
  }
}

extension KindTable {
  /// Three Markdown tables: the kinds, the keys of single kinds, and the keys of all kinds.
  package var markdown: String {
    var rows: [(cells: [String], kinds: [String])] = []
    for kind in kinds {
      for key in kind.keys {
        let cells = KeyTable.row(key, kind.initial)
        // Kinds that share a key with its default and its meaning share a row.
        if let place = rows.firstIndex(where: { $0.cells == cells }) {
          rows[place].kinds.append(kind.name)
        } else {
          rows.append((cells, [kind.name]))
        }
      }
    }
    // Rows with the same name and different meanings are adjacent.
    var names: [String] = []
    for row in rows where !names.contains(row.cells[0]) { names.append(row.cells[0]) }
    let sorted = names.flatMap { name in rows.filter { $0.cells[0] == name } }
    let tables = [
      Markdown.table(
        ["`\(chooser.name)`", "model"], kinds.map { ["`\($0.name)`", $0.about] }),
      Markdown.table(
        KeyTable<Config>.head + ["kinds"],
        sorted.map { row in
          row.cells + [row.kinds.count == kinds.count ? "all" : row.kinds.joined(separator: ", ")]
        }),
      Markdown.table(
        KeyTable<Config>.head, ([chooser] + common).map { KeyTable.row($0, kinds[0].initial) }),
    ]
    return tables.joined(separator: "\n")
  }
}

private enum Markdown {
  static func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows).map { cells in
      "| " + cells.map { $0.replacingBars }.joined(separator: " | ") + " |\n"
    }.joined()
  }
}

extension String {
  /// The text with each `|` escaped for a Markdown table.
  fileprivate var replacingBars: String {
    split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  }
}

extension Excerpt {
  /// The whole text in one line.
  static func line(_ text: String) -> String {
    text.unicodeScalars.map { character($0) }.joined()
  }
}
