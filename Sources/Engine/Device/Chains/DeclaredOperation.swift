/// An operation, and what its operands are of an `S`, which is a step or what a step has.
struct DeclaredOperation<S>: Sendable {
  let kind: ChainOperation.Kind
  private let operands: OperandList<S>

  init(_ name: String, _ operands: OperandList<S>) {
    kind = ChainOperation.Kind(name: name, form: operands.form)
    self.operands = operands
  }

  init(_ name: String, _ operands: KeyValuePairs<String, DeclaredOperand<S>>) {
    self.init(name, OperandList(name, operands))
  }

  func callAsFunction(_ step: S) -> ChainOperation {
    ChainOperation(kind: kind, operands: operands.values.map { $0(step) })
  }
}

/// Operands in the order of the kernels' arguments, by the names that kernels know them by.
struct OperandList<S>: Sendable {
  let form: ChainOperation.Form
  fileprivate let values: [@Sendable (S) -> ChainOperation.Operand]

  init(_ name: String, _ operands: KeyValuePairs<String, DeclaredOperand<S>>) {
    form = ChainOperation.Form(
      name: name,
      operands: operands.map { name, operand in
        .init(name: name, use: operand.use, isOptional: operand.isOptional)
      })
    values = operands.map(\.value.value)
  }
}

/// How an operation uses an operand, and what that is of an `S`.
struct DeclaredOperand<S>: Sendable {
  fileprivate let use: ChainOperation.Use
  fileprivate let isOptional: Bool
  fileprivate let value: @Sendable (S) -> ChainOperation.Operand

  private init<P: Placeable>(_ use: ChainOperation.Use, _ place: @escaping @Sendable (S) -> P) {
    (self.use, isOptional) = (use, P.isOptional)
    value = { place($0).place.map { .at($0) } ?? .absent }
  }

  private init(
    _ use: ChainOperation.Use, isOptional: Bool = false,
    value: @escaping @Sendable (S) -> ChainOperation.Operand
  ) {
    (self.use, self.isOptional, self.value) = (use, isOptional, value)
  }

  static func rows<P: Placeable>(_ place: @escaping @Sendable (S) -> P) -> Self {
    Self(.rows, place)
  }
  static func result<P: Placeable>(_ place: @escaping @Sendable (S) -> P) -> Self {
    Self(.result, place)
  }
  static func target<P: Placeable>(_ place: @escaping @Sendable (S) -> P) -> Self {
    Self(.target, place)
  }
  static func whole<P: Placeable>(_ place: @escaping @Sendable (S) -> P) -> Self {
    Self(.whole, place)
  }
  static func sum<P: Placeable>(_ place: @escaping @Sendable (S) -> P) -> Self {
    Self(.sum, place)
  }
  /// The step's scratch, from its first column on.
  static var scratch: Self { Self(.scratch) { _ in .scratch(column: 0) } }
  /// The same, where the operation is to use it.
  static func scratch(if isThere: @escaping @Sendable (S) -> Bool) -> Self {
    Self(.scratch, isOptional: true) { isThere($0) ? .scratch(column: 0) : .absent }
  }
  static func term(_ term: @escaping @Sendable (S) -> Objective.Term) -> Self {
    Self(.term) { .term(term($0)) }
  }
  static func int(_ number: @escaping @Sendable (S) -> Int) -> Self {
    Self(.int) { .int(number($0)) }
  }
  static func optionalInt(_ number: @escaping @Sendable (S) -> Int?) -> Self {
    Self(.int, isOptional: true) { number($0).map { .int($0) } ?? .absent }
  }
  static func flag(_ flag: @escaping @Sendable (S) -> Bool) -> Self {
    Self(.int) { .int(flag($0) ? 1 : 0) }
  }
  static func float(_ number: @escaping @Sendable (S) -> Float) -> Self {
    Self(.float) { .float(number($0)) }
  }
}

/// What says where a value is read or written; an optional one where that may be absent.
protocol Placeable: SendableMetatype {
  static var isOptional: Bool { get }
  var place: ChainOperation.Place? { get }
}

extension Placeable {
  static var isOptional: Bool { false }
}

extension Value: Placeable {
  var place: ChainOperation.Place? { .init(value: self) }
}

extension Slice: Placeable {
  var place: ChainOperation.Place? { .init(value: value, offset: columns.lowerBound) }
}

extension ReversePass.Contribution: Placeable {
  var place: ChainOperation.Place? { place(from: 0) }

  func place(from offset: Int) -> ChainOperation.Place {
    .init(value: value, offset: offset, accumulates: accumulates)
  }
}

extension ChainOperation.Place: Placeable {
  var place: ChainOperation.Place? { self }
}

extension Optional: Placeable where Wrapped: Placeable {
  static var isOptional: Bool { true }
  var place: ChainOperation.Place? { flatMap(\.place) }
}
