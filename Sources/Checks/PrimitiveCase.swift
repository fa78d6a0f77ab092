package import Engine

/// One row of the primitive table: a graph, and how closely the devices must agree on it.
///
/// Every row runs on every device; most are also checked against central differences.
package struct PrimitiveCase: Sendable, CustomStringConvertible {
  package let name: String
  /// The parameters that the graph starts from.
  package let inputs: [Shape]
  /// The rows of the objective that outputs are compared in.
  let rows: Int
  /// The largest error a device may make, relative to max(1, |reference|).
  package let bound: Double
  package let kind: Kind
  /// What the inputs are filled with.
  let values: Values
  /// What the weights of the objective are multiplied by, where means would make small gradients.
  let steepness: Double
  /// Whether devices may join its steps to chains.
  private(set) var joinsSteps = false
  /// What the products of its wide layers multiply.
  package private(set) var precision = ProductPrecision.fp32
  /// How its matrix products are computed, if not as they are in general.
  package private(set) var choice: ProductChoice?
  let build: @Sendable (inout CaseGraph) -> Void

  package enum Kind: Hashable, Sendable {
    /// Differentiable and smooth: gradients are compared with central differences too.
    case smooth
    /// Differentiable, with kinks.
    case kinked
    /// Differentiated as if it were not rounded: differences of its values are steps.
    case rounded
    /// Nothing to differentiate.
    case forward
    /// Whole training steps, so many of them.
    case update(OptimizerSettings, steps: Int)
  }

  package enum Values: Sendable {
    /// Uniform in (−1, 1), scaled.
    case uniform(scale: Double)
    /// These numbers over and over.
    case fixed([Double])
  }

  init(
    _ name: String, _ inputs: Shape..., rows: Int? = nil, bound: Double = 1e-5,
    kind: Kind = .smooth, values: Values = .uniform(scale: 1), steepness: Double = 1,
    build: @escaping @Sendable (inout CaseGraph) -> Void
  ) {
    (self.name, self.inputs, self.bound) = (name, inputs, bound)
    (self.kind, self.values, self.build) = (kind, values, build)
    self.steepness = steepness
    self.rows = rows ?? inputs.first?.rows ?? 1
  }

  package var description: String {
    let narrowing = precision == .fp32 ? [] : ["in \(precision.name)"]
    let chain = joinsSteps ? ["in a chain"] : []
    return
      ([name] + inputs.map(\.description) + narrowing + chain
      + (choice.map { ["by \($0)"] } ?? [])).joined(separator: " ")
  }

  /// The same case with its wide layers multiplying numbers of `precision`.
  package func multiplying(_ precision: ProductPrecision) -> PrimitiveCase {
    var result = self
    result.precision = precision
    return result
  }

  /// The same case with its matrix products computed so.
  func computed(by choice: ProductChoice) -> PrimitiveCase {
    var result = self
    result.choice = choice
    return result
  }

  /// The same case with its steps joined to chains; nil if they cannot be.
  package var joined: PrimitiveCase? {
    var result = self
    result.joinsSteps = true
    let launches = Fixture(result).graph.launches(for: .plain)
    return launches.contains { $0.name == "chain" } ? result : nil
  }
}

/// The graph of a case while it is being traced.
package struct CaseGraph {
  package var graph = Graph()
  package private(set) var inputs: [Value] = []
  let clock: Value
  let objective: Objective
  let rows: Int
  private var terms = 0
  /// Values to fill like the inputs, though they are not differentiated.
  private(set) var constants: [(value: Value, values: PrimitiveCase.Values)] = []

  static let termCount = 4

  init(_ row: PrimitiveCase) {
    rows = row.rows
    clock = graph.clock()
    objective = graph.objective(
      (0..<Self.termCount).map { "term\($0)" }, rows: rows, clock: clock)
    graph.productPrecision = row.precision
    for (index, shape) in row.inputs.enumerated() {
      inputs.append(graph.parameter("input\(index)", shape, isRegularized: index % 2 == 0))
    }
  }

  /// A value that is filled but not differentiated.
  mutating func constant(
    _ shape: Shape, _ values: PrimitiveCase.Values = .uniform(scale: 1)
  ) -> Value {
    let value = graph.input(shape)
    constants.append((value, values))
    return value
  }

  /// The next term of the objective.
  mutating func nextTerm() -> Objective.Term {
    precondition(terms < Self.termCount, "a case has at most \(Self.termCount) terms")
    terms += 1
    return objective.term("term\(terms - 1)")
  }

  /// Makes `output` part of the objective by its distance to random targets.
  mutating func compare(_ output: Value) {
    let target = constant(output.shape)
    let term = nextTerm()
    graph.squaredError(output, target, as: term)
  }
}
