/// One operation on a tile of rows, as a chain executes it: pure data.
package struct ChainOperation: Hashable, Sendable {
  let kind: Kind
  /// In the order of the kind's form.
  let operands: [Operand]

  /// What an operation does.
  package struct Kind: Hashable, Sendable {
    /// The operation is the function `chain_`name of chain_lanes.cl.
    package let name: String
    package let form: Form
  }

  /// The operands of an operation, or of several that have the same.
  package struct Form: Hashable, Sendable {
    package let name: String
    package let operands: [Declared]

    package struct Declared: Hashable, Sendable {
      package let name: String
      let use: Use
      let isOptional: Bool
    }
  }

  /// How an operation uses an operand.
  enum Use: Hashable {
    /// Reads the tile's rows of a value, from a column on.
    case rows
    /// Writes them.
    case result
    /// Writes them or adds to them.
    case target
    /// Reads the memory of a value, from an element on.
    case whole
    /// Writes or adds to a sum of the slot, from an element on.
    case sum
    /// A column of the step's own scratch.
    case scratch
    /// A column of an objective: its clock, its weights, its number, its place in the tile.
    case term
    case int, float

    /// Words in the table of a chain.
    var wordCount: Int {
      switch self {
      case .rows, .result, .scratch, .int, .float: 1
      case .whole, .target, .sum: 2
      case .term: 6
      }
    }
  }

  enum Operand: Hashable {
    case at(Place)
    case scratch(column: Int)
    case term(Objective.Term)
    case int(Int)
    case float(Float)
    case absent
  }

  /// Where a value is read or written.
  struct Place: Hashable {
    let value: Value
    /// A column of its rows, or an element of its memory.
    var offset = 0
    /// Add to what is there instead of overwriting it.
    var accumulates = false
  }
}

extension ChainOperation {
  /// Values whose rows are read.
  var inputs: [Value] { values { $0 == .rows } }
  /// Values that are read in the graph's memory.
  var wholes: [Value] { values(ofTerm: { [$0.clock, $0.weights] }) { $0 == .whole } }
  /// Values whose rows are written.
  var outputs: [Value] { values(ofTerm: { [$0.terms] }) { $0 == .result || $0 == .target } }

  private func values(
    ofTerm values: (Objective.Term) -> [Value] = { _ in [] }, where uses: (Use) -> Bool
  ) -> [Value] {
    zip(kind.form.operands, operands).flatMap { declared, operand -> [Value] in
      switch operand {
      case .at(let place) where uses(declared.use): [place.value]
      case .term(let term): values(term)
      default: []
      }
    }
  }
}

extension ChainOperation.Kind: CustomStringConvertible {
  package var description: String { name }
}

/// What a step of a chain does for one tile.
package struct ChainedStep {
  let operations: [ChainOperation]
  /// Columns of memory that only this step uses.
  var scratch = 0
}
