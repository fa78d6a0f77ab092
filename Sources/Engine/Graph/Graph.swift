/// Inputs, parameters, and the steps that combine them, in execution order.
package struct Graph: Sendable {
  package internal(set) var steps: [any GraphStep] = []
  package private(set) var values: [Value] = []
  package private(set) var parameters: [Parameter] = []
  /// Values that outlive a run and may be shared between programs.
  package private(set) var names: [String: Value] = [:]
  /// Values that lie inside another.
  package private(set) var views: [Value: View] = [:]
  package private(set) var constants: [Value: [UInt32]] = [:]
  /// All parameters side by side, once the graph is differentiated.
  package private(set) var block: ParameterBlock?

  package struct Parameter: Hashable, Sendable {
    package let name: String
    package let value: Value
    /// Whether L1 and L2 regularization apply: true for weights, false for biases.
    package let isRegularized: Bool
    /// First values are uniform in ± this.
    package let initialBound: Float
  }

  package struct View: Hashable, Sendable {
    package let parent: Value
    package let offset: Int
  }

  /// Devices may keep what only row-local steps read from one another to themselves, and launch
  /// those steps together. Values in between cannot be read then.
  package var joinsSteps = false

  /// What the matrix products of wide dense layers multiply, of those that are appended from now on
  /// and of their gradients.
  package var productPrecision = ProductPrecision.fp32
  /// Dense layers so far whose products multiply numbers of less than `Float`.
  package internal(set) var narrowedLayers = 0

  package init() {}

  /// A value that the program writes.
  package mutating func input(_ shape: Shape, kind: Value.Kind = .real) -> Value {
    makeValue(shape, kind: kind)
  }

  /// A value that stays on the device and can be shared with other programs by its name.
  package mutating func resident(
    _ name: String, _ shape: Shape, kind: Value.Kind = .real
  ) -> Value {
    precondition(names[name] == nil, "two values are called '\(name)'")
    let value = makeValue(shape, kind: kind)
    names[name] = value
    return value
  }

  /// A value that training changes.
  package mutating func parameter(
    _ name: String, _ shape: Shape, isRegularized: Bool = true, initialBound: Float? = nil
  ) -> Value {
    precondition(block == nil, "parameter '\(name)' comes after the graph was differentiated")
    let value = resident(name, shape)
    parameters.append(
      Parameter(
        name: name, value: value, isRegularized: isRegularized,
        initialBound: initialBound ?? 1 / Float(shape.columns).squareRoot()))
    return value
  }

  /// Words that never change.
  package mutating func constant(_ words: [UInt32]) -> Value {
    let value = makeValue(Shape(1, words.count), kind: .word)
    constants[value] = words
    return value
  }

  /// Multiplications and additions of all matrix products.
  package var flops: Int { steps.reduce(0) { $0 + $1.flops } }

  /// Whether kernels can have all values.
  package var fitsKernels: Bool { values.allSatisfy(\.fitsKernels) }

  /// The value whose memory holds `value`, and where.
  package func home(of value: Value) -> View {
    views[value] ?? View(parent: value, offset: 0)
  }

  mutating func append(_ step: some GraphStep) { steps.append(step) }

  mutating func removeLastStep() { steps.removeLast() }

  mutating func makeValue(_ shape: Shape, kind: Value.Kind = .real) -> Value {
    let value = Value(id: values.count, shape: shape, kind: kind)
    values.append(value)
    return value
  }

  mutating func makeView(_ shape: Shape, in parent: Value, at offset: Int) -> Value {
    let value = makeValue(shape, kind: parent.kind)
    views[value] = View(parent: parent, offset: offset)
    return value
  }

  /// Places all parameters, and a gradient for each, side by side in two flat values.
  mutating func makeBlock() -> ParameterBlock {
    if let block { return block }
    precondition(!parameters.isEmpty, "a graph without parameters cannot be differentiated")
    let ordered = parameters.filter(\.isRegularized) + parameters.filter { !$0.isRegularized }
    var offsets: [Int] = []
    var end = 0
    for parameter in ordered {
      offsets.append(end)
      end += Self.aligned(parameter.value.shape.count)
    }
    let regularized = zip(ordered, offsets).first { !$0.0.isRegularized }?.1 ?? end
    let shape = Shape(1, end)
    var block = ParameterBlock(
      parameters: resident("parameters", shape), gradients: makeValue(shape),
      regularizedCount: regularized, gradientOf: [:])
    for (parameter, offset) in zip(ordered, offsets) {
      views[parameter.value] = View(parent: block.parameters, offset: offset)
      block.gradientOf[parameter.value] = makeView(
        parameter.value.shape, in: block.gradients, at: offset)
    }
    self.block = block
    return block
  }

  /// Elements a value occupies in a shared block: 512 bytes is the largest alignment any OpenCL
  /// device asks of a sub-buffer, and the layout must not depend on the device.
  package static func aligned(_ count: Int) -> Int { (count + 127) / 128 * 128 }
}

/// All parameters of a graph in one flat value, and their gradients in another of the same layout:
/// regularized parameters first, each aligned, the padding always zero.
package struct ParameterBlock: Hashable, Sendable {
  package let parameters: Value
  package let gradients: Value
  /// The length of the leading part to which L1 and L2 apply.
  package let regularizedCount: Int
  package internal(set) var gradientOf: [Value: Value]
}
