/// Choices as lines that people read, and that files and checkpoints keep:
///
///     forward 256 512 1024 -> tiles 64x64x16 sums 4x4 parts 2
///     forward 4096 2048 1024 -> library
extension ProductTuning {
  /// One line for each shape, in an order that does not depend on how they were found.
  package var lines: [String] {
    choices.map { "\($0.text) -> \($1.text)" }.sorted()
  }

  /// Nil if a line is not exactly what this version writes.
  package init?(lines: some Sequence<Substring>) {
    self.init()
    for line in lines {
      guard let (shape, choice) = Self.parse(line) else { return nil }
      choices[shape] = choice
    }
  }

  package static func parse(_ line: Substring) -> (ProductShape, ProductChoice)? {
    guard let arrow = line.firstRange(of: " -> "),
      let shape = ProductShape(text: line[..<arrow.lowerBound]),
      let choice = ProductChoice(text: line[arrow.upperBound...])
    else { return nil }
    return (shape, choice)
  }
}

extension ProductShape {
  package var text: String { "\(role.rawValue) \(rows) \(columns) \(depth)" }

  package init?(text: Substring) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 4, let role = Role(rawValue: String(words[0])),
      let rows = Int(words[1]), let columns = Int(words[2]), let depth = Int(words[3]),
      min(rows, columns, depth) > 0
    else { return nil }
    self.init(role, rows: rows, columns: columns, depth: depth)
  }
}

extension ProductChoice {
  package var text: String {
    switch self {
    case .tiles(let tile, let parts): "\(tile.text) parts \(parts)"
    case .library: "library"
    }
  }

  /// Only what a tuner may choose: nothing else has been checked.
  package init?(text: Substring) {
    if text == "library" {
      self = .library
      return
    }
    guard let word = text.split(separator: " ").last, let parts = Int(word),
      ProductChoice.partCounts.contains(parts),
      let tile = ProductTile.all.first(where: { tile in
        text == ProductChoice.tiles(tile, parts: parts).text
      })
    else { return nil }
    self = .tiles(tile, parts: parts)
  }

  /// Into how many parts a tuner may cut a product.
  package static let partCounts = [1, 2, 4, 8, 16, 32, 64]
}
