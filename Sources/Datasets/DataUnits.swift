import Physics
package import Text

/// The units of a file, where they are not atomic ones: `momentum=si,position=angstrom`.
package struct DataUnits: Hashable, Sendable {
  /// Nil where nothing was said, which means atomic units.
  private var units: [Quantity: DataUnit] = [:]

  package init() {}

  /// As `description` writes them.
  package init(_ text: String) throws(Failure) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard words.count == 2 else {
        throw .usage(
          "'\(part)' is not a quantity and its unit",
          hint: "write --units momentum=si,position=angstrom")
      }
      guard let quantity = Quantity(rawValue: words[0]) else {
        throw .usage(
          "'\(words[0])' has no units: momentum and position have",
          hint: Suggestion.hint(for: words[0], among: Quantity.allCases.map(\.rawValue))
            ?? "write --units momentum=si,position=angstrom")
      }
      guard units[quantity] == nil else {
        throw .usage("two units of \(quantity.rawValue)", hint: "name each quantity once")
      }
      guard let unit = DataUnit(words[1], of: quantity) else {
        throw Self.unknown(words[1], quantity)
      }
      units[quantity] = unit
    }
  }

  private static func unknown(_ text: String, _ quantity: Quantity) -> Failure {
    let names = DataUnit.names(of: quantity)
    let example = quantity == .momentum ? "1e-24si" : "100pm"
    return .usage(
      "'\(text)' is not a unit of \(quantity.rawValue)",
      hint: (Suggestion.hint(for: text, among: names).map { "\($0) there are " } ?? "there are ")
        + "\(names.joined(separator: ", ")), and multiples such as \(example)")
  }

  /// Whether nothing was said of any unit.
  package var isEmpty: Bool { units.isEmpty }

  package subscript(quantity: Quantity) -> DataUnit? { units[quantity] }

  package var description: String {
    Quantity.allCases.compactMap { quantity in
      units[quantity].map { "\(quantity.rawValue)=\($0.name)" }
    }.joined(separator: ",")
  }

  /// These and those of `other`, for whoever names units; nil where a quantity already has one.
  package func adding(_ other: DataUnits) -> DataUnits? {
    guard Set(units.keys).isDisjoint(with: other.units.keys) else { return nil }
    var all = self
    all.units.merge(other.units) { first, _ in first }
    return all
  }
}

extension DataUnits {
  /// Changes the values of a table that was read from a file in these units into atomic units.
  func convert<Value>(
    _ table: Table<Value>, of molecule: Molecule, file: String
  ) throws(Failure) {
    table.units = self
    let columns: [Quantity: [String]] = [
      .momentum: molecule.momentumColumns, .position: molecule.positionColumns,
    ]
    for (quantity, unit) in units where unit.size != 1 {
      let names = Set(columns[quantity] ?? [])
      for (c, name) in table.columns.enumerated() where names.contains(name) {
        for row in 0..<table.rows {
          let value = table[row, c]
          table[row, c] = Value(Double(value) * unit.size)
          guard table[row, c].isFinite || !value.isFinite else {
            throw Failure(
              file: file, column: Quotation.bare(name.utf8),
              cause: "row \(table.firstRow + row + 1): \(value) \(unit.name) is too large for a "
                + Value.functions.name,
              hint: "is \(quantity.rawValue)=\(unit.name) the unit of the file?")
          }
        }
      }
    }
  }
}
