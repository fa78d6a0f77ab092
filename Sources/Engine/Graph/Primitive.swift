/// What a step of a graph is: its operands, what it computes, and what that costs. How it is computed
/// are two conformances beside this one: `CPUStep` and `DeviceStep`.
package protocol Primitive: Step {
  /// Multiplications and additions of its matrix products.
  var flops: Int { get }
  /// What predictions compute by this step; nil for steps that belong to training.
  var formula: Formula? { get }
}

extension Primitive {
  package var flops: Int { 0 }
  package var formula: Formula? { nil }
}

/// A primitive that training can lead through.
package protocol Differentiable: Primitive {
  /// Extends the reverse pass with the gradients of the inputs.
  func addGradients(to pass: inout ReversePass)
}

/// A primitive that every device can run.
package typealias GraphStep = Primitive & CPULowerable & DeviceStep
