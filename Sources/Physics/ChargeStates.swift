import Randomness
import Text

/// The charges of a data set's ions: one combination, or one sampled for every row.
package struct ChargeStates: Sendable, Equatable {
  /// Combinations, each with one charge per atom, all equally likely.
  package let combinations: [[Double]]

  package init(_ combinations: [[Double]]) { self.combinations = combinations }

  /// Whether rows can have different charges.
  package var vary: Bool { combinations.contains { $0 != combinations[0] } }

  func validate(for molecule: Molecule) throws(Failure) {
    guard !combinations.isEmpty else {
      throw .usage("an empty list of charges", hint: "give at least one combination, as 2,2,2")
    }
    for charges in combinations { _ = try molecule.with(charges: charges) }
  }

  package func sample(seed: UInt64, row: Int) -> [Double] {
    guard combinations.count > 1 else { return combinations[0] }
    var random = RowRandom(seed: seed, stream: .charge, row: row)
    return combinations[random.index(below: combinations.count)]
  }
}
