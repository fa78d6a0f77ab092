/// One step of a graph: named operands, a gradient rule, an evaluation on the CPU, and the
/// launches that compute it on a device.
package protocol Primitive: Sendable {
  /// The independent items that the step computes.
  var domain: Domain { get }
  /// Values of which item i needs only its own row (or element) i.
  var inputs: [Value] { get }
  /// Values that every item may read in full.
  var wholes: [Value] { get }
  /// Values of which item i writes only its own row (or element) i.
  var outputs: [Value] { get }
  /// Values that are sums over all items.
  var sums: [Value] { get }

  /// Extends the reverse pass with the gradients of the inputs.
  func addGradients(to pass: inout ReversePass)

  /// Computes the items of one tile. The formula is written once; the loops that matter are leaves
  /// of `Real`, plain for `Double` and fast for `Float`.
  func evaluate<E: Real>(_ tile: Tile<E>)

  /// Elements of private memory that `evaluate` needs for so many items.
  func scratch(items: Int) -> Int

  /// The same step with the memory that a device needs for it besides its values.
  func prepared(for device: LaunchTraits, in graph: inout Graph) -> any Primitive

  func launches(for device: LaunchTraits) -> [Launch]

  /// What the step does as part of a chain; nil where it is faster, or only possible, by itself.
  func chained(on device: LaunchTraits) -> ChainedStep?

  /// The same as the host's processor does it faster; nil where it does the step as it is.
  func onHost(_ lowering: inout HostLowering) -> [any Primitive]?

  /// Multiplications and additions of its matrix products.
  var flops: Int { get }
  /// What predictions compute by this step; nil for steps that belong to training.
  var formula: Formula? { get }
}

extension Primitive {
  package var wholes: [Value] { [] }
  package var sums: [Value] { [] }
  package func addGradients(to pass: inout ReversePass) {
    preconditionFailure("\(Self.self) has no gradient")
  }
  package func scratch(items: Int) -> Int { 0 }
  package func prepared(for device: LaunchTraits, in graph: inout Graph) -> any Primitive { self }
  package func chained(on device: LaunchTraits) -> ChainedStep? { nil }
  package func onHost(_ lowering: inout HostLowering) -> [any Primitive]? { nil }
  package var flops: Int { 0 }
  package var formula: Formula? { nil }
}

/// The items over which a step is independent, and therefore may be cut into tiles.
package enum Domain: Hashable, Sendable {
  /// The rows of a batch.
  case rows(Int)
  /// The columns of what a wide layer computes.
  case columns(Int)
  /// The elements of flat values, such as all parameters side by side.
  case elements(Int)
  /// One indivisible piece of work.
  case once

  package var extent: Int {
    switch self {
    case .rows(let count), .columns(let count), .elements(let count): count
    case .once: 1
    }
  }
}
