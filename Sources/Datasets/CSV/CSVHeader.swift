import Text

/// The header of a CSV file: the names of the columns, and the delimiter.
struct CSVHeader {
  var names: [String]
  var delimiter: UInt8
  /// The number of the line with the names.
  var line: Int
  /// The position of the first row, in bytes.
  var end = 0
  /// The number of lines before the first row.
  var lines = 0

  /// For each field its index in `wanted`, or −1; throws if a wanted column is missing.
  func layout(of wanted: [String], file: String) throws(Failure) -> [Int32] {
    var columns: [String: Int32] = [:]
    for (column, name) in wanted.enumerated() { columns[name] = Int32(column) }
    var target = [Int32](repeating: -1, count: names.count)
    var places: [Int32: Int] = [:]
    for (field, name) in names.enumerated() {
      guard let column = columns[name] else { continue }
      if let first = places.updateValue(field, forKey: column) {
        throw Failure(
          file: file, line: line, column: Quotation.printable(name),
          cause: "appears twice, as columns \(first + 1) and \(field + 1)",
          hint: "remove or rename one of them")
      }
      target[field] = column
    }
    let missing = wanted.filter { places[columns[$0, default: -1]] == nil }
    guard missing.isEmpty else {
      throw MissingColumns.error(missing, of: wanted, among: names, file: file, line: line)
    }
    return target
  }
}

/// The error for a table without some of the wanted columns, in any file format.
enum MissingColumns {
  static func error(
    _ missing: [String], of wanted: [String], among names: [String], file: String,
    line: Int? = nil
  ) -> Failure {
    let found = NameList.of(names)
    if names.allSatisfy({ Double($0) != nil }) {
      return Failure(
        file: file, line: line, cause: "has no header, it starts with numbers",
        hint: "write the columns' names, such as \(NameList.of(missing)), on a line of their own")
    }
    // Candidates for a misspelling are limited, because a file may have a million columns. Wanted
    // columns are no misspellings.
    let candidates = names.prefix(2000).filter { $0.utf8.count <= 64 && !wanted.contains($0) }
    let guesses = missing.compactMap { name in
      misspelling(of: name, among: candidates, wanted).map { (name: name, column: $0) }
    }
    // One column cannot be two.
    let near = guesses.filter { guess in guesses.count { $0.column == guess.column } == 1 }
      .map { "'\($0.column)' for \($0.name)" }
    let guess =
      otherAtoms(names, wanted) ?? (near.isEmpty ? "" : "is it \(NameList.of(near, most: 4))? ")
    if let name = missing.first, missing.count == 1 {
      return Failure(
        file: file, line: line, column: name, cause: "is missing",
        hint: guess + "the file has \(found)")
    }
    return Failure(
      file: file, line: line, cause: "columns \(NameList.of(missing)) are missing",
      hint: guess + "the file has \(found)")
  }

  /// The name that a wanted column probably has in a file.
  private static func misspelling(
    of name: String, among candidates: [String], _ wanted: [String]
  ) -> String? {
    // `px` is meant for `pcx` rather than for `cx`, and `cx` for no momentum.
    let isPosition = wanted.contains("p" + name)
    let isMomentum = !isPosition && name.hasPrefix("p") && name.count > 2
    let candidates = candidates.filter { candidate in
      let candidate = candidate.lowercased()
      return !(isPosition && candidate.hasPrefix("p")) && !(isMomentum && !candidate.contains("p"))
    }
    // `C_px` is `pcx`.
    if let same = candidates.first(where: { letters($0) == letters(name) }) { return same }
    guard let nearest = Suggestion.nearest(to: name, among: candidates) else { return nil }
    // Of three letters, two are too much to be a slip: `tof` is not `ox`.
    let edits = Suggestion.distance(nearest.lowercased(), name.lowercased())
    return edits <= 1 || name.count > 3 ? nearest : nil
  }

  /// Letters and digits, in alphabetical order.
  private static func letters(_ name: String) -> [Character] {
    name.lowercased().filter { $0.isLetter || $0.isNumber }.sorted()
  }

  /// A hint if the columns belong to another molecule; otherwise nil.
  private static func otherAtoms(_ names: [String], _ wanted: [String]) -> String? {
    let (found, needed) = (atoms(names), atoms(wanted))
    guard !needed.isEmpty, !Set(found).isSubset(of: needed) else { return nil }
    return "its momenta are those of \(NameList.of(found)), not of \(NameList.of(needed)): "
      + "is it another molecule? "
  }

  /// The names of atoms that have momenta: `c`, `o1` for `pcx`, `pcy`, `pcz`, `po1x` …
  private static func atoms(_ columns: [String]) -> [String] {
    let all = Set(columns)
    return columns.compactMap { column in
      guard column.hasPrefix("p"), column.hasSuffix("x"), column.utf8.count > 2 else { return nil }
      let stem = column.dropLast()
      let isVector = all.contains(stem + "y") && all.contains(stem + "z")
      return isVector ? String(stem.dropFirst()) : nil
    }
  }
}
