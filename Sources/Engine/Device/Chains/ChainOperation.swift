/// One operation on a tile of rows, as a chain executes it: pure data, with operands by name.
package struct ChainOperation: Hashable, Sendable {
  let kind: Kind
  /// In the order of the kind's form.
  let operands: [Operand]

  init(_ kind: Kind, _ operands: KeyValuePairs<String, Operand>) {
    let problem = kind.form.problem(with: operands)
    precondition(problem == nil, "a chain's \(kind.name): \(problem ?? "")")
    self.kind = kind
    self.operands = kind.form.operands.map { declared in
      operands.first { $0.key == declared.name }?.value ?? .absent
    }
  }

  /// What an operation does. Primitives declare theirs beside their launches.
  package struct Kind: Hashable, Sendable {
    /// The operation is the function `chain_`name of chain_lanes.cl.
    package let name: String
    package let form: Form

    init(_ name: String, _ form: Form) { (self.name, self.form) = (name, form) }

    init(_ name: String, _ operands: KeyValuePairs<String, Requirement>) {
      self.init(name, Form(name, operands))
    }
  }

  /// The operands of an operation, or of several that have the same.
  package struct Form: Hashable, Sendable {
    package let name: String
    package let operands: [Declared]

    package struct Declared: Hashable, Sendable {
      package let name: String
      package let requirement: Requirement
    }

    init(_ name: String, _ operands: KeyValuePairs<String, Requirement>) {
      self.name = name
      self.operands = operands.map { Declared(name: $0.key, requirement: $0.value) }
    }

    /// Why operands do not fit; nil if they do.
    func problem(with given: KeyValuePairs<String, Operand>) -> String? {
      for (index, (name, operand)) in given.enumerated() {
        if given.prefix(index).contains(where: { $0.key == name }) { return "'\(name)' twice" }
        guard let declared = operands.first(where: { $0.name == name }) else {
          return "there is no operand '\(name)'"
        }
        if !declared.requirement.accepts(operand) {
          return "'\(name)' is to be \(declared.requirement), and is \(operand)"
        }
      }
      let missing = operands.first { declared in
        !declared.requirement.accepts(.absent) && !given.contains { $0.key == declared.name }
      }
      return missing.map { "'\($0.name)' is missing" }
    }
  }

  /// What may be given for an operand.
  package enum Requirement: Hashable, Sendable {
    case rows, scratch, whole, target, sum, term, int, float
    indirect case optional(Requirement)

    func accepts(_ operand: Operand) -> Bool {
      switch (self, operand) {
      case (.rows, .rows), (.scratch, .scratch), (.whole, .whole), (.target, .target), (.sum, .sum),
        (.term, .term), (.int, .int), (.float, .float), (.optional, .absent):
        true
      case (.optional(let requirement), _): requirement.accepts(operand)
      default: false
      }
    }

    /// Words in the table of a chain.
    var wordCount: Int {
      switch self {
      case .rows, .scratch, .int, .float: 1
      case .whole, .target, .sum: 2
      case .term: 6
      case .optional(let requirement): requirement.wordCount
      }
    }
  }

  enum Operand: Hashable {
    /// The tile's rows of a value, from a column on.
    case rows(Value, column: Int)
    /// A column of the step's own scratch.
    case scratch(column: Int)
    /// The memory of a value, from an element on.
    case whole(Value, at: Int)
    /// The tile's rows of a value, from a column on, and whether to add to them.
    case target(Value, column: Int, accumulates: Bool)
    /// Where a slot keeps a sum, from an element on, and whether to add to it.
    case sum(Value, at: Int, accumulates: Bool)
    /// A column of an objective: its clock, its weights, its number, its place in the tile.
    case term(Objective.Term)
    case int(Int)
    case float(Float)
    case absent

    /// Values that are read in the graph's memory.
    var wholes: [Value] {
      switch self {
      case .whole(let value, _): [value]
      case .term(let term): [term.clock, term.weights]
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

  init(_ operations: ChainOperation..., scratch: Int = 0) {
    (self.operations, self.scratch) = (operations, scratch)
  }

  init(_ operations: [ChainOperation], scratch: Int) {
    (self.operations, self.scratch) = (operations, scratch)
  }
}

extension ChainOperation.Operand {
  static func rows(_ value: Value) -> Self { .rows(value, column: 0) }
  static func rows(_ value: Value?) -> Self { value.map { .rows($0, column: 0) } ?? .absent }
  static func rows(_ slice: Slice?) -> Self {
    slice.map { .rows($0.value, column: $0.columns.lowerBound) } ?? .absent
  }

  static func whole(_ value: Value?) -> Self { value.map { .whole($0, at: 0) } ?? .absent }
  static func flag(_ flag: Bool) -> Self { .int(flag ? 1 : 0) }

  static func target(_ place: ReversePass.Contribution?, column: Int = 0) -> Self {
    place.map { .target($0.value, column: column, accumulates: $0.accumulates) } ?? .absent
  }

  static func sum(_ place: ReversePass.Contribution?, at offset: Int = 0) -> Self {
    place.map { .sum($0.value, at: offset, accumulates: $0.accumulates) } ?? .absent
  }
}
