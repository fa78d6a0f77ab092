package import Datasets
package import Text

/// The z of samples from a table: a row for each sample in the order of predictions, or one for all.
package struct GivenLatents {
  private let table: Table<Float>
  /// The columns of z in the table.
  private let places: [Int]
  /// For messages.
  private let file: String

  /// `z1`, `z2`, …
  package static func columns(_ width: Int) -> [String] { (0..<width).map { "z\($0 + 1)" } }

  /// - Parameter width: of the model's z. The table has these columns and no more of them.
  package init(_ table: Table<Float>, width: Int, file: String) throws(Failure) {
    let places = table.indices(of: Self.columns(width))
    let next = "z\(width + 1)"
    guard let places, !table.columns.contains(next) else {
      throw Failure(
        file: file, cause: places == nil ? "lacks columns of z" : "has a column \(next)",
        hint: Self.hint(width))
    }
    (self.table, self.places, self.file) = (table, places, file)
  }

  /// What a file should have.
  package static func hint(_ width: Int) -> String {
    "the latent dimension of the model is \(width): give numbers in the columns "
      + (width == 1 ? "z1" : width == 2 ? "z1 and z2" : "z1 to z\(width)")
      + ", as --with-latents writes them"
  }

  /// Of some rows of momenta, counted from 0.
  package func source(_ rows: Range<Int>, samples: Int) throws(Failure) -> LatentSource {
    let isOne = table.rows == 1
    let needed = rows.upperBound * samples
    guard isOne || needed <= table.rows else { throw otherCount(atLeast: true, needed, samples) }
    return .given(
      (rows.lowerBound * samples..<needed).flatMap { number in
        places.map { table[isOne ? 0 : number, $0] }
      })
  }

  /// Throws if there are more than so many rows of momenta take.
  package func checkEnd(rows: Int, samples: Int) throws(Failure) {
    guard table.rows == 1 || table.rows == rows * samples else {
      throw otherCount(atLeast: false, rows * samples, samples)
    }
  }

  private func otherCount(atLeast: Bool, _ needed: Int, _ samples: Int) -> Failure {
    Failure(
      file: file,
      cause: "has \(Numbers.count(grouped: table.rows, "row")) of z, where "
        + "\(atLeast ? "at least " : "")\(Numbers.count(grouped: needed, "sample")) "
        + (needed == 1 ? "is" : "are") + " predicted"
        + (samples > 1 ? ", \(samples) for each row of momenta" : ""),
      hint: "give a row for each sample, in the order of predictions, or one row for all")
  }
}
