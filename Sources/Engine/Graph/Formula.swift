/// What a step of a prediction computes, for those who write it down in another language.
///
/// A primitive that appears in a decoder says so beside its other facts. One that does not cannot
/// be exported, and whoever tries gets its name.
package enum Formula: Hashable, Sendable {
  /// y = f([x₁ x₂]·Wᵀ + b)
  case dense(
    inputs: [Slice], weight: Value, bias: Value, activation: Activation, y: Value)
  /// y[order[j]] = v′[j], and v′ as `Graph.coupling` has it. Its log-determinant is left out:
  /// predictions do not need it.
  case coupling(
    x: Value, parameters: Value, active: Int, transform: Transform, isInverse: Bool, order: Value,
    y: Value)
  /// y[order[j]] = x[j], or y[j] = x[order[j]] where it gathers.
  case permuteColumns(x: Value, order: Value, gathers: Bool, y: Value)
  /// y from a density, where z₀ chooses the component and the rest of z is its noise.
  case mixtureSample(parameters: Value, z: Value, mixture: Mixture, y: Value)
  /// y = a + b
  case add(a: Value, b: Value, y: Value)
  /// y = factor · x
  case scale(x: Value, factor: Float, y: Value)

  /// What a coupling does with a number: see the transform of the same name.
  package enum Transform: Hashable, Sendable {
    case affine(bound: Float)
  }
}
