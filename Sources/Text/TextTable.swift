/// Rows of text in aligned columns.
package struct TextTable: Sendable {
  package let columns: [Column]
  package private(set) var rows: [[String]] = []

  package struct Column: Hashable, Sendable {
    package let title: String
    package let isNumber: Bool

    package static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  package init(_ columns: [Column]) { self.columns = columns }

  package mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "\(row.count) cells in \(columns.count) columns")
    rows.append(row)
  }

  /// Whether any column has one: a list of names and values needs none.
  package var hasTitles: Bool { columns.contains { !$0.title.isEmpty } }

  /// The table; where `width` is too little for it, one row below the other, a cell a line.
  package func text(width: Int) -> String {
    let lines = ((hasTitles ? [columns.map(\.title)] : []) + rows).map(line)
    let widest = lines.map(\.count).max() ?? 0
    return widest <= width ? lines.joined(separator: "\n") : stack()
  }

  private func line(_ cells: [String]) -> String {
    zip(columns, cells).enumerated().map { index, pair in
      let (column, cell) = pair
      let size = ([column.title] + rows.map { $0[index] }).map(\.count).max() ?? 0
      let padding = String(repeating: " ", count: size - cell.count)
      if column.isNumber { return padding + cell }
      return index == columns.count - 1 ? cell : cell + padding
    }.joined(separator: "  ")
  }

  private func stack() -> String {
    rows.map { row in
      zip(columns, row).enumerated().compactMap { index, pair in
        if index == 0 { return pair.1 }
        if pair.1.isEmpty { return nil }
        return pair.0.title.isEmpty ? "  \(pair.1)" : "  \(pair.0.title): \(pair.1)"
      }.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
