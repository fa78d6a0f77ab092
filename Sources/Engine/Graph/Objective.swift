/// What training minimizes: Σ weightᵢ · meanᵢ over the rows of the batch, every mean kept.
///
/// A loss primitive writes one number per row into its column of `terms`; `Graph.sum` reduces all
/// columns at once. Weights are on the device, so that a schedule can change them.
package struct Objective: Hashable, Sendable {
  package let names: [String]
  package let clock: Value
  /// 1×C, written by the program.
  package let weights: Value
  /// rows×C
  package let terms: Value
  /// 1×C: the mean of each term over the valid rows.
  package let components: Value
  package let total: Value
  /// 2×(C+2): sums over the epoch of rows·components, rows·total and rows, and their rounding
  /// errors. A batch whose total is not finite adds nothing to any of them.
  package let epochSums: Value

  /// The column of the term called `name`.
  package func term(_ name: String) -> Term {
    guard let index = names.firstIndex(of: name) else {
      preconditionFailure("no term '\(name)' among \(names)")
    }
    return Term(
      index: index, count: names.count, clock: clock, weights: weights, terms: terms)
  }

  /// One column of an objective, as the primitive sees it that fills it.
  package struct Term: Hashable, Sendable {
    let index: Int
    let count: Int
    let clock, weights, terms: Value
  }
}

extension Graph {
  /// An objective of named terms for batches of so many rows.
  package mutating func objective(
    _ names: [String], rows: Int, clock: Value, prefix: String = ""
  ) -> Objective {
    precondition(!names.isEmpty && Set(names).count == names.count, "term names: \(names)")
    let count = names.count
    return Objective(
      names: names, clock: clock,
      weights: resident(prefix + "objective.weights", Shape(1, count)),
      terms: makeValue(Shape(rows, count)), components: makeValue(Shape(1, count)),
      total: makeValue(.scalar),
      epochSums: resident(prefix + "objective.epochSums", Shape(2, count + 2)))
  }
}
