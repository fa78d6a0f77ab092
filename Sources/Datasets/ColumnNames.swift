import Physics
package import Text

/// Other names that columns have in a file: `pcx=C_px,pcy=C_py`.
package struct ColumnNames: Hashable, Sendable {
  /// The name in Implode and the name in the file.
  private var pairs: [Pair] = []

  private struct Pair: Hashable, Sendable {
    let name, column: String
  }

  package init() {}

  /// As `description` writes them.
  package init(_ text: String) throws(Failure) {
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard words.count == 2 else {
        throw .usage(
          "'\(part)' is not the name of a column and its name in the file",
          hint: "write --columns pcx=C_px,pcy=C_py")
      }
      if pairs.contains(where: { $0.name == words[0] || $0.column == words[1] }) {
        throw .usage("'\(part)' names a column twice", hint: "name each column once")
      }
      pairs.append(Pair(name: words[0], column: words[1]))
    }
  }

  package var isEmpty: Bool { pairs.isEmpty }

  package var description: String {
    pairs.map { "\($0.name)=\($0.column)" }.joined(separator: ",")
  }

  /// The names in the file.
  var inFile: [String] { pairs.map(\.column) }

  /// The names of columns of a file as Implode has them.
  func renamed(_ names: [String]) -> [String] {
    if pairs.isEmpty { return names }
    let new = Dictionary(uniqueKeysWithValues: pairs.map { ($0.column, $0.name) })
    let taken = Set(new.values)
    // A column that has the name itself gives way to the one that was named.
    return names.map { new[$0] ?? (taken.contains($0) ? "\($0) of the file" : $0) }
  }

  /// Throws if a name is none of a molecule.
  func check(_ molecule: Molecule) throws(Failure) {
    let known = molecule.positionColumns + molecule.momentumColumns + molecule.chargeColumns
    // Arrays of an NPZ file can hold all columns of a kind.
    let arrays = ["positions", "momenta", "charges"]
    guard let other = pairs.first(where: { !(known + arrays).contains($0.name) }) else { return }
    throw .usage(
      "--columns \(other.name)=\(other.column): \(molecule.name) has no column \(other.name)",
      hint: Suggestion.hint(for: other.name, among: known)
        ?? "the names on the left are \(NameList.of(known))")
  }

  /// Throws if a file lacks one of these columns.
  func check(_ names: [String], file: String, line: Int? = nil) throws(Failure) {
    let there = Set(names)
    let missing = inFile.filter { !there.contains($0) }
    guard !missing.isEmpty else { return }
    throw MissingColumns.error(missing, of: inFile, among: names, file: file, line: line)
  }
}
