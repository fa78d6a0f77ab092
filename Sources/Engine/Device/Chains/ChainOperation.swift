/// One operation on a tile of rows, as a chain computes it: a function in OpenCL C, and what it is
/// called with.
package struct ChainOperation: Hashable, Sendable {
  /// That of the function.
  package let name: String
  /// In the order of the function's parameters, which have the same names.
  package let operands: [Named]

  package struct Named: Hashable, Sendable {
    package let name: String
    let operand: Operand
  }

  init(_ name: String, _ operands: KeyValuePairs<String, Operand>) {
    self.name = name
    self.operands = operands.map { Named(name: $0.key, operand: $0.value) }
  }

  /// An operand and how it is used.
  ///
  /// What may be absent is followed by whether it is there: the memory of a work-group begins at 0, so
  /// that no pointer to it can say so.
  enum Operand: Hashable, Sendable {
    /// The tile's rows of a value, from a column on.
    case rows(Place?, Use, isOptional: Bool)
    /// The memory of a value, from an element on, which is read; 0 where it is absent.
    case whole(Place?)
    /// The step's own memory in the tile.
    case scratch
    case optionalScratch(isThere: Bool)
    /// What the work-items of a group exchange.
    case exchange
    /// A column of an objective: its clock, its weights, its number, its place in the tile.
    case term(Objective.Term)
    case int(Int)
    case float(Float)
  }

  enum Use: Hashable, Sendable {
    case reads, writes
    /// Writes or adds, as the place says.
    case contributes
  }

  /// Where a value is read or written.
  struct Place: Hashable, Sendable {
    let value: Value
    /// A column of its rows, or an element of its memory.
    var offset = 0
    /// Add to what is there instead of overwriting it.
    var accumulates = false
    /// All columns of the value.
    var isWhole = true
  }
}

extension ChainOperation {
  /// Values whose rows are read.
  var inputs: [Value] {
    operands.compactMap {
      guard case .rows(let place?, .reads, _) = $0.operand else { return nil }
      return place.value
    }
  }

  /// Values that are read in the graph's memory.
  var wholes: [Value] {
    operands.flatMap { operand -> [Value] in
      switch operand.operand {
      case .whole(let place): place.map { [$0.value] } ?? []
      case .term(let term): [term.clock, term.weights]
      default: []
      }
    }
  }

  /// Values whose rows are written.
  var outputs: [Value] {
    operands.compactMap {
      switch $0.operand {
      case .rows(let place, .writes, _), .rows(let place, .contributes, _): place?.value
      case .term(let term): term.terms
      default: nil
      }
    }
  }
}

extension ChainOperation {
  /// Values of which some columns are written, or to which something is added.
  var partialOutputs: [Value] {
    operands.compactMap {
      switch $0.operand {
      case .rows(let place?, .writes, _) where !place.isWhole: place.value
      case .rows(let place?, .contributes, _) where place.accumulates: place.value
      case .term(let term) where term.count > 1: term.terms
      default: nil
      }
    }
  }
}

extension ChainOperation.Operand {
  static func rows(_ value: Value) -> Self { rows(value.all) }
  static func rows(_ slice: Slice) -> Self { .rows(.init(slice), .reads, isOptional: false) }
  static func optionalRows(_ slice: Slice?) -> Self {
    .rows(slice.map { .init($0) }, .reads, isOptional: true)
  }
  static func optionalRows(_ value: Value?) -> Self { optionalRows(value?.all) }

  static func result(_ value: Value) -> Self { result(value.all) }
  static func result(_ slice: Slice) -> Self { .rows(.init(slice), .writes, isOptional: false) }
  static func optionalResult(_ value: Value?) -> Self {
    .rows(value.map { .init(value: $0) }, .writes, isOptional: true)
  }

  static func target(_ place: ChainOperation.Place) -> Self {
    .rows(place, .contributes, isOptional: false)
  }
  static func target(_ contribution: ReversePass.Contribution) -> Self {
    target(contribution.place(from: 0))
  }
  static func optionalTarget(_ contribution: ReversePass.Contribution?) -> Self {
    .rows(contribution?.place(from: 0), .contributes, isOptional: true)
  }

  static func whole(_ value: Value?) -> Self { .whole(value.map { .init(value: $0) }) }
  static func flag(_ flag: Bool) -> Self { .int(flag ? 1 : 0) }
}

extension ChainOperation.Place {
  init(_ slice: Slice) {
    self.init(
      value: slice.value, offset: slice.columns.lowerBound, isWhole: slice.isWhole)
  }
}

extension ReversePass.Contribution {
  func place(from offset: Int) -> ChainOperation.Place {
    .init(value: value, offset: offset, accumulates: accumulates)
  }
}

/// What a step of a chain does for one tile.
package struct ChainedStep {
  package internal(set) var operations: [ChainOperation]
  /// Columns of memory that only this step uses.
  var scratch = 0
  /// Reals that the work-items of a group exchange.
  var exchange = 0
  /// The layer whose weights' gradient needs rows of this chain: it is computed when all have been.
  var weights: DenseGradient?
}
