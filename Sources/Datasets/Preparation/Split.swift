import Randomness
import Machine
package import Text

/// The rows of a data set in three parts: training, validation (chooses the best epoch) and test.
///
/// Row r is in training iff `π(r) < training`, in validation iff it is in the next `validation`
/// numbers, π being a pseudo-random bijection that follows from the seed and the number of rows:
/// nothing else can change a part.
package struct Split: Sendable, Equatable {
  /// Rows by number, ascending.
  package let training: [UInt32]
  package let validation: [UInt32]
  package let test: [UInt32]

  /// Parts of a whole. One that is 0 stays empty; the training's may not be.
  package struct Fractions: Sendable, Equatable {
    package var training: Double
    package var validation: Double
    package var test: Double

    package init(_ training: Double = 0.70, _ validation: Double = 0.15, _ test: Double = 0.15) {
      (self.training, self.validation, self.test) = (training, validation, test)
    }

    var all: [Double] { [training, validation, test] }
  }

  /// - Throws: where the fractions are none, or a part that shall have rows would have none.
  package init(
    rows: Int, fractions: Fractions = Fractions(), seed: UInt64, threads: Int = 1
  ) throws(Failure) {
    let sizes = try Self.sizes(rows: rows, fractions)
    let permutation = Permutation(
      seed: seed, stream: .split, epoch: 0, count: UInt32(rows))
    let ends = (UInt32(sizes[0]), UInt32(sizes[0] + sizes[1]))
    let parts = ParallelParts.run((rows + Self.part - 1) / Self.part, threads: threads) { part in
      var found: [[UInt32]] = [[], [], []]
      for row in UInt32(part * Self.part)..<UInt32(min(rows, (part + 1) * Self.part)) {
        let place = permutation(row)
        found[place < ends.0 ? 0 : place < ends.1 ? 1 : 2].append(row)
      }
      return found
    }
    training = parts.flatMap { $0[0] }
    validation = parts.flatMap { $0[1] }
    test = parts.flatMap { $0[2] }
  }

  private static let part = 65_536

  /// How many rows each part has: their fractions, rounded so that they are all rows, and at least
  /// one row wherever the fraction is not 0.
  static func sizes(rows: Int, _ fractions: Fractions) throws(Failure) -> [Int] {
    let all = fractions.all
    guard all.allSatisfy({ $0 >= 0 && $0 <= 1 }), fractions.training > 0,
      abs(all.reduce(0, +) - 1) < 1e-6
    else {
      throw Failure(
        "a split into \(all[0]), \(all[1]) and \(all[2])",
        hint: "give three fractions from 0 whose sum is 1, as 0.7, 0.15, 0.15; "
          + "training needs more than 0")
    }
    guard rows <= UInt32.max else {
      throw Failure("\(rows) rows", hint: "rows are counted with 32 bits: use fewer")
    }
    let needed = all.count { $0 > 0 }
    guard rows >= needed else {
      throw Failure(
        "\(rows) \(rows == 1 ? "row" : "rows") for \(needed) parts of a split",
        hint: "every part needs a row: use more rows")
    }
    let first = (all[0] * Double(rows)).rounded()
    let second = ((all[0] + all[1]) * Double(rows)).rounded()
    var sizes = [Int(first), Int(second - first), rows - Int(second)]
    for part in 0..<3 where all[part] > 0 && sizes[part] == 0 {
      let largest = sizes.indices.max { sizes[$0] < sizes[$1] } ?? 0
      sizes[largest] -= 1
      sizes[part] += 1
    }
    // Rounding of the sum of fractions may leave a row over.
    if all[2] == 0 { (sizes[0], sizes[2]) = (sizes[0] + sizes[2], 0) }
    return sizes
  }
}
