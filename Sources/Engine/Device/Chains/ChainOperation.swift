/// One operation on a tile of rows, as chain.cl executes it: a code and its operands, pure data.
package struct ChainOperation: Hashable, Sendable {
  let code: Code
  let operands: [Operand]

  init(_ code: Code, _ operands: [Operand]) { (self.code, self.operands) = (code, operands) }

  enum Code: Int {
    // In the order of the constants in chain.cl.
    case importRows, exportRows, gather, dense, delta, inputGradient, weightGradient
    case reparameterize, reparameterizeGradient, error, energy, likelihood, coupling
    case couplingGradient, jitter, scale, add, fill, permute, sumParts
    case mixtureParts, mixtureSurprise, mixtureGradient
    case mixtureChances, mixtureMeans, mixtureMeanError
  }

  enum Operand: Hashable {
    /// The tile's rows of a value, from a column on.
    case rows(Value, column: Int)
    /// A column of the step's own scratch.
    case scratch(column: Int)
    /// The memory of a value, from an element on: two words.
    case whole(Value, at: Int)
    /// Where a slot keeps a sum, from an element on, and whether to add to it: two words.
    case sum(Value, at: Int, accumulates: Bool)
    case int(Int)
    case float(Float)

    var wordCount: Int {
      switch self {
      case .whole, .sum: 2
      default: 1
      }
    }
  }

  var wordCount: Int { operands.reduce(1) { $0 + $1.wordCount } }
}

/// What a step of a chain does for one tile.
package struct ChainedStep {
  let operations: [ChainOperation]
  /// Columns of memory that only this step uses.
  var scratch = 0
}

extension ChainOperation.Operand {
  static func rows(_ value: Value) -> Self { .rows(value, column: 0) }

  static func rows(_ slice: Slice) -> Self {
    .rows(slice.value, column: slice.columns.lowerBound)
  }

  /// −1 stands for what is not there.
  static func rows(_ value: Value?) -> Self { value.map { .rows($0, column: 0) } ?? .int(-1) }

  static func whole(_ value: Value) -> Self { .whole(value, at: 0) }

  static func flag(_ flag: Bool) -> Self { .int(flag ? 1 : 0) }
}

extension [ChainOperation.Operand] {
  static func whole(_ value: Value?) -> Self {
    value.map { [.whole($0, at: 0)] } ?? [.int(-1), .int(0)]
  }

  static func sum(_ place: ReversePass.Contribution?, at offset: Int = 0) -> Self {
    place.map { [.sum($0.value, at: offset, accumulates: $0.accumulates)] } ?? [.int(-1), .int(0)]
  }

  /// A gradient's place and whether to add to it.
  static func contribution(_ place: ReversePass.Contribution?) -> Self {
    [.rows(place?.value), .flag(place?.accumulates == true)]
  }

  /// A column of an objective: clock, weights, number, place.
  static func term(_ term: Objective.Term) -> Self {
    [
      .whole(term.clock), .whole(term.weights), .int(term.index),
      .rows(term.terms, column: term.index),
    ]
  }
}
