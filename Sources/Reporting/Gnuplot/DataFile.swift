/// Columns of numbers under a name: what gnuplot calls an index.
package struct DataBlock: Sendable {
  let name: String
  /// Titles with units, as in `true_bohr`.
  let columns: [String]
  /// One array for each column, all equally long.
  let values: [[Double]]

  init(_ name: String, columns: [String], values: [[Double]]) {
    precondition(columns.count == values.count)
    precondition(values.allSatisfy { $0.count == values.first?.count })
    (self.name, self.columns, self.values) = (name, columns, values)
  }
}

/// The numbers of a figure as text: comments that say what they are, then blocks of columns.
package struct DataFile: Sendable {
  /// What is in the file, a line each.
  let comments: [String]
  let blocks: [DataBlock]

  /// Blocks are two blank lines apart, so that `index n` finds them.
  package var text: String {
    let head = comments.map { "# \(Self.line($0))\n" }.joined()
    let body = blocks.enumerated().map { index, block in
      var text = "# index \(index): \(Self.line(block.name))\n"
      text += "# " + block.columns.map(Self.line).joined(separator: "  ") + "\n"
      for row in 0..<(block.values.first?.count ?? 0) {
        for (column, values) in block.values.enumerated() {
          text += (column == 0 ? "" : " ") + Self.number(values[row])
        }
        text += "\n"
      }
      return text
    }
    return head + body.joined(separator: "\n\n")
  }

  /// As short as a Float allows: a picture shows no more.
  static func number(_ x: Double) -> String {
    let single = Float(x)
    guard single.isFinite else { return "nan" }
    if single == single.rounded() && abs(single) < 1e7 { return "\(Int(single))" }
    return "\(single)"
  }

  private static func line(_ text: String) -> String { Script.printable(text) }
}
