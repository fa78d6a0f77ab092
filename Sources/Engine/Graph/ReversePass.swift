extension Graph {
  /// Appends the steps that compute the gradient of `objective`'s total for every parameter.
  package mutating func differentiate(_ objective: Objective) -> ParameterBlock {
    let block = makeBlock()
    var pass = ReversePass(of: objective, in: self, block: block)
    for (index, step) in steps.enumerated().reversed()
    where (step.outputs + step.sums).contains(where: { pass[$0] != nil }) {
      pass.visit(step, at: index)
    }
    self = pass.finish()
    return block
  }
}

/// A graph being extended, from its last step to its first, with gradients.
///
/// Contributions to the gradient of a value that is used more than once are added in place, in the
/// order in which the reverse pass meets them.
package struct ReversePass {
  package private(set) var graph: Graph
  private var gradients: [Value: Value] = [:]
  private let block: ParameterBlock
  /// Values that depend on a parameter.
  private var active: Set<Value>
  private var visiting = 0
  private var superseded: Set<Int> = []
  private var deferred: [any GraphStep] = []

  fileprivate init(of objective: Objective, in graph: Graph, block: ParameterBlock) {
    self.graph = graph
    self.block = block
    active = Set(graph.parameters.map(\.value))
    for step in graph.steps where !active.isDisjoint(with: step.inputs + step.wholes) {
      active.formUnion(step.outputs + step.sums)
    }
    gradients[objective.total] = objective.weights
  }

  /// The gradient accumulated for `value` so far.
  package subscript(value: Value) -> Value? { gradients[value] }

  /// Whether anything upstream of `value` is a parameter.
  package func isActive(_ value: Value) -> Bool { active.contains(value) }

  /// Where a step puts what it adds to a gradient.
  package struct Contribution: Hashable, Sendable {
    package let value: Value
    /// Add to what is there instead of overwriting it.
    package var accumulates = false
  }

  /// Where to put a contribution to the gradient of `value`; nil when nothing needs it.
  package mutating func contribution(to value: Value) -> Contribution? {
    guard active.contains(value) else { return nil }
    if let gradient = gradients[value] { return Contribution(value: gradient, accumulates: true) }
    let gradient = block.gradientOf[value] ?? graph.makeValue(value.shape)
    gradients[value] = gradient
    return Contribution(value: gradient)
  }

  /// Where to put a contribution to the gradient of some columns of a value.
  package mutating func contribution(to slice: Slice) -> Contribution? {
    guard let whole = contribution(to: slice.value) else { return nil }
    if slice.isWhole || whole.accumulates { return whole }
    graph.append(Fill(out: whole.value, number: 0))
    return Contribution(value: whole.value, accumulates: true)
  }

  /// Lets `gradient` stand for the gradient of `value`, which enters its step with factor 1.
  package mutating func passThrough(_ gradient: Value, to value: Value) {
    guard active.contains(value) else { return }
    if gradients[value] == nil && block.gradientOf[value] == nil {
      gradients[value] = gradient
    } else {
      addCopy(of: gradient, to: value)
    }
  }

  /// Adds `gradient` to the gradient of `value`.
  package mutating func addCopy(of gradient: Value, to value: Value) {
    guard let place = contribution(to: value) else { return }
    append(Scale(x: gradient, factor: 1, out: place))
  }

  package mutating func append(_ step: some GraphStep) { graph.append(step) }

  /// Lets `step`, which computes its value and its gradient together, replace the step being
  /// visited. Only for steps whose outputs no earlier step of the graph reads.
  package mutating func supersede(with step: some GraphStep) {
    superseded.insert(visiting)
    graph.append(step)
  }

  /// Moves the step being visited behind everything else.
  package mutating func postpone(_ step: some GraphStep) {
    superseded.insert(visiting)
    deferred.append(step)
  }

  /// Marks `value` as reached, with a seed that its producers know how to read.
  package mutating func seed(_ value: Value, with seed: Value) { gradients[value] = seed }

  fileprivate mutating func visit(_ step: any Primitive, at index: Int) {
    guard let step = step as? any Differentiable else {
      preconditionFailure("\(type(of: step)) has no gradient, and a parameter lies before it")
    }
    visiting = index
    step.addGradients(to: &self)
  }

  fileprivate func finish() -> Graph {
    var result = graph
    result.steps = graph.steps.enumerated().filter { !superseded.contains($0.offset) }.map(
      \.element)
    result.steps += deferred
    return result
  }
}
