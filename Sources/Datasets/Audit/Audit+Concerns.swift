package import Physics
package import Text

extension Audit {
  /// Rows that are looked at.
  private static let mostRows = 4096
  private static let topics: Set<String> = ["momentum", "energy", "noise", "scale", "explosion"]

  /// The warnings on a table that a command gives before it uses it: on units, charges, total
  /// momentum and re-explosion by some of the rows, on outliers and duplicates by all.
  package static func concerns(
    about table: Table<Float>, molecule: Molecule, for command: ChargesRemedy, threads: Int
  ) throws(Failure) -> [Finding] {
    let sample = table.sample(mostRows)
    let audit = try Audit(of: sample, molecule: molecule, threads: threads)
    let found = audit.findings(for: command)
      .filter { $0.severity == .warning && topics.contains($0.topic) }
    let outliers = audit.scale.map {
      Outliers(in: table, molecule, median: $0.median, threads: threads)
    }
    let duplicates = Duplicates(in: table, threads: threads)
    return found
      + [
        outliers.flatMap { Finding(of: $0, in: table) },
        Finding(of: duplicates, in: table),
      ].compactMap(\.self)
  }
}

extension Audit {
  /// The relative noise of the momenta that the energies of some of the rows tell of; nil where
  /// there are none.
  package static func noise(
    in table: Table<Float>, molecule: Molecule, threads: Int
  ) throws(Failure) -> Double? {
    try Audit(of: table.sample(mostRows), molecule: molecule, threads: threads).energy?.noise
  }
}

extension Finding {
  fileprivate init?(of outliers: Outliers, in table: Table<Float>) {
    guard let first = outliers.first else { return nil }
    self.init(
      "outliers", .warning,
      "\(Numbers.count(grouped: outliers.rows, "row")) with a kinetic energy more than 1,000 times "
        + "from the median, the first is row \(table.firstRow + first + 1)")
  }

  fileprivate init?(of duplicates: Duplicates, in table: Table<Float>) {
    guard let pair = duplicates.first else { return nil }
    self.init(
      "duplicates", .warning,
      "\(Numbers.count(grouped: duplicates.count, "row")) equal to an earlier row, such as row "
        + "\(table.firstRow + pair.row + 1) and row \(table.firstRow + pair.of + 1)")
  }
}

extension Table {
  /// At most so many rows, evenly spaced; the table itself if it has no more.
  func sample(_ most: Int) -> Table {
    guard rows > most else { return self }
    let part = Table(columns: columns, rows: most)
    part.units = units
    for row in 0..<most {
      let from = row * rows / most
      for c in 0..<width { part.values[row * width + c] = values[from * width + c] }
    }
    return part
  }
}
