import Text

/// Pieces of a page from text that may hold anything.
enum HTML {
  /// Text between tags or in quoted attributes.
  static func escape(_ text: String) -> String {
    text.escaping { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      case "\n", "\t": nil
      case "\0"..<" ", "\u{7F}": "\u{FFFD}"
      default: nil
      }
    }
  }

  static func element(_ name: String, _ text: String, attributes: String = "") -> String {
    "<\(name)\(attributes.isEmpty ? "" : " " + attributes)>\(escape(text))</\(name)>"
  }

  /// A table in a box of its own, in which a wide one scrolls.
  static func table(_ table: TextTable) -> String {
    func cells(_ texts: [String], _ element: String) -> String {
      zip(table.columns, texts).map { column, text in
        Self.element(element, text, attributes: column.isNumber ? "class=\"number\"" : "")
      }.joined()
    }
    let rows = table.rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined(separator: "\n")
    return """
      <div class="table" tabindex="0"><table>
      <thead><tr>\(cells(table.columns.map(\.title), "th"))</tr></thead>
      <tbody>
      \(rows)
      </tbody></table></div>
      """
  }
}
