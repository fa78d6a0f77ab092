import Physics
import Text

/// An array of a file, known by its header.
struct StoredArray {
  var name: String
  /// The header, or the error if its elements cannot be read, which is thrown if they are wanted.
  var header: Result<NPYHeader, Failure>
}

/// The assignment of the arrays of a file to the columns of a table.
struct ArrayLayout {
  struct Part {
    /// The index of the array.
    var array: Int
    var rows: Int
    var columns: [String]
  }

  private(set) var parts: [Part] = []
  /// The arrays that are not columns.
  private(set) var others: [Int] = []
  private let arrays: [StoredArray]
  private let place: ArrayPlace

  var columns: [String] { parts.flatMap(\.columns) }

  /// - Parameters:
  ///   - names: the names of the columns of a table, from the file or from the caller.
  ///   - wanted: the columns to read, nil for all.
  init(
    _ arrays: [StoredArray], names: [String]?, wanted: [String]?, molecule: Molecule,
    file: String
  ) throws(Failure) {
    self.arrays = arrays
    place = ArrayPlace(file: file)
    let groups = [
      "positions": molecule.positionColumns, "momenta": molecule.momentumColumns,
      "charges": molecule.chargeColumns,
    ]
    var tables: [Int] = []
    for (i, array) in arrays.enumerated() {
      let group = groups[array.name] ?? []
      guard case .success(let header) = array.header, let (rows, width) = header.matrix else {
        // For a wanted array, the reason why it cannot be read is more useful than "is missing".
        if !Set(group + [array.name]).isDisjoint(with: wanted ?? []) { throw refusal(array) }
        if array.name != "columns" || names == nil { others.append(i) }
        continue
      }
      if header.shape.count == 2, width == group.count {
        parts.append(Part(array: i, rows: rows, columns: group))
      } else if header.shape.count == 1 || width == 1 && names?.count != 1 && !array.name.isEmpty {
        parts.append(Part(array: i, rows: rows, columns: [array.name]))
      } else {
        tables.append(i)
      }
    }
    try addTable(among: tables, names: names, wanted: wanted, molecule)
    try checkNames(wanted)
    try checkRows(wanted)
  }

  /// Adds the array that is a table with several columns.
  private mutating func addTable(
    among tables: [Int], names: [String]?, wanted: [String]?, _ molecule: Molecule
  ) throws(Failure) {
    let widths = tables.map { matrix($0)?.columns ?? 0 }
    var table: Int?
    var columns: [String] = []
    if let names {
      let fitting = widths.indices.filter { widths[$0] == names.count }
      table = fitting.first { arrays[tables[$0]].name == "data" } ?? fitting.first
      columns = names
      if table == nil, let first = tables.first, let width = widths.first {
        throw place(of: arrays[first]).error(
          "has \(width) columns, there are \(names.count) names",
          hint: "give one name for each column")
      }
    } else if tables.count == 1, let width = widths.first {
      columns = Self.usual(width, wanted: wanted, molecule)
      table = columns.isEmpty ? nil : 0
      let isEnough = !parts.isEmpty && Set(self.columns).isSuperset(of: wanted ?? [])
      if columns.isEmpty, !isEnough {
        throw place(of: arrays[tables[0]]).error(
          "has \(width) columns without names",
          hint: "save them with it: np.savez(FILE, data=a, columns=np.array(['cx', 'cy', …]))")
      }
    }
    if let table {
      let array = tables[table]
      parts.append(Part(array: array, rows: matrix(array)?.rows ?? 0, columns: columns))
    }
    others += tables.enumerated().filter { $0.offset != table }.map(\.element)
  }

  /// The names of the columns of a table without names; empty if they cannot be derived.
  private static func usual(_ width: Int, wanted: [String]?, _ molecule: Molecule) -> [String] {
    let all = molecule.positionColumns + molecule.momentumColumns
    let charged = all + molecule.chargeColumns
    let isUsual = Set(charged).isSuperset(of: wanted ?? [])
    for usual in [all, charged]
    where width == usual.count && Set(usual).isSuperset(of: wanted ?? []) {
      return usual
    }
    guard let wanted, wanted.count == width else { return [] }
    return isUsual ? charged.filter(wanted.contains) : wanted
  }

  private func matrix(_ array: Int) -> (rows: Int, columns: Int)? {
    (try? arrays[array].header.get())?.matrix
  }

  /// The place of an array in messages. The array of an NPY file has no name of its own.
  private func place(of array: StoredArray) -> ArrayPlace {
    ArrayPlace(file: place.file, array: array.name.isEmpty ? nil : array.name)
  }

  private func refusal(_ array: StoredArray) -> Failure {
    switch array.header {
    case .failure(let error): error
    case .success(let header):
      NPYRefusal.shape(header, place(of: array))
    }
  }

  private func checkNames(_ wanted: [String]?) throws(Failure) {
    var places: [String: Int] = [:]
    let asked = wanted.map(Set.init)
    for part in parts {
      for name in part.columns where asked?.contains(name) ?? true {
        guard let first = places.updateValue(part.array, forKey: name) else { continue }
        let names = [first, part.array].map { Quotation.of(arrays[$0].name.utf8) }
        throw Failure(
          file: place.file, column: Quotation.bare(name.utf8),
          cause: "appears twice, in arrays \(names[0]) and \(names[1])",
          hint: "remove or rename one of them")
      }
    }
    let missing = (wanted ?? []).filter { places[$0] == nil }
    guard !missing.isEmpty || columns.isEmpty else { return }
    if columns.isEmpty {
      // Nothing can be read. The error names the first array that is no table.
      for (i, array) in arrays.enumerated() where matrix(i) == nil && array.name != "columns" {
        throw refusal(array)
      }
    }
    let others = others.map { arrays[$0].name }
    guard !missing.isEmpty, !(columns + others).isEmpty else {
      throw place.error(
        "has no columns with known names",
        hint: "save one table with its names: np.savez(FILE, data=a, columns=names)")
    }
    throw MissingColumns.error(
      missing, of: wanted ?? [], among: columns + others, file: place.file)
  }

  /// Checks that the arrays of all wanted columns have the same number of rows.
  private mutating func checkRows(_ wanted: [String]?) throws(Failure) {
    guard let wanted else { return dropOthers() }
    let asked = Set(wanted)
    let needed = parts.filter { !asked.isDisjoint(with: $0.columns) }
    guard let first = needed.first,
      let other = needed.first(where: { $0.rows != first.rows })
    else { return }
    let names = [first, other].map { Quotation.of(arrays[$0.array].name.utf8) }
    throw place.error(
      "has \(first.rows) rows in array \(names[0]) and \(other.rows) in \(names[1])",
      hint: "a row is the same explosion in every array: save them together")
  }

  /// If no columns are asked for, drops the arrays with fewer rows than the longest one.
  private mutating func dropOthers() {
    guard let rows = parts.map(\.rows).max() else { return }
    others += parts.filter { $0.rows != rows }.map(\.array)
    parts.removeAll { $0.rows != rows }
  }
}
