import Text

/// The tables of a report as Markdown.
struct MarkdownPage {
  private let content: ReportContent

  init(_ content: ReportContent) { self.content = content }

  var text: String {
    var parts = ["# \(Self.line(content.title))"]
    if !content.facts.isEmpty {
      parts.append(
        content.facts.map { "- \(Self.line($0.name)): \(Self.line($0.value))" }
          .joined(separator: "\n"))
    }
    if !content.warnings.isEmpty {
      parts.append(
        content.warnings.map { "- warning: \(Self.line($0))" }.joined(separator: "\n"))
    }
    for sheet in content.tables {
      parts.append("## \(Self.line(sheet.title))")
      parts.append(Self.table(sheet.table))
      if let remark = sheet.remark { parts.append(Self.line(remark)) }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  static func table(_ table: TextTable) -> String {
    func row(_ cells: [String]) -> String { "| " + cells.map(line).joined(separator: " | ") + " |" }
    let rule = "|" + table.columns.map { $0.isNumber ? "---:|" : "---|" }.joined()
    return ([row(table.columns.map(\.title)), rule] + table.rows.map(row)).joined(separator: "\n")
  }

  /// Text on one line that is no markup.
  static func line(_ text: String) -> String {
    var result = ""
    for character in Script.printable(text) {
      if "\\`*_{}[]<>#|~&".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }
}
