import Glibc

/// The function at the end of a dense layer.
package enum Activation: Int32, CaseIterable, Sendable {
  // In the order of `hm_activation` and of the constants in activation.cl.
  case identity, relu, leakyRelu, elu, tanh, sigmoid, softplus, silu, gelu

  /// Whether the derivative follows from the output; the others keep what went in.
  package var derivesFromOutput: Bool { self != .silu && self != .gelu }

  /// The slope of `leakyRelu` below zero.
  package static let leak = 0.01
}

extension Activation {
  /// f(x), as the specification has it.
  func callAsFunction(_ x: Double) -> Double {
    switch self {
    case .identity: x
    case .relu: x > 0 ? x : x.isNaN ? x : 0
    case .leakyRelu: x > 0 ? x : Self.leak * x
    case .elu: x > 0 ? x : expm1(x)
    case .tanh: Glibc.tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    case .softplus: max(x, 0) + log1p(exp(-abs(x)))
    case .silu: x / (1 + exp(-x))
    case .gelu: x * Self.normalDistribution(x)
    }
  }

  /// f′, from the output of the function or, where that does not suffice, from its input.
  func derivative(saved: Double) -> Double {
    let y = saved
    switch self {
    case .identity: return 1
    case .relu: return y > 0 ? 1 : 0
    case .leakyRelu: return y > 0 ? 1 : Self.leak
    case .elu: return y > 0 ? 1 : y + 1
    case .tanh: return 1 - y * y
    case .sigmoid: return y * (1 - y)
    case .softplus: return -expm1(-y)
    case .silu:
      let s = 1 / (1 + exp(-y))
      return s * (1 + y * (1 - s))
    case .gelu:
      let density = exp(-y * y / 2) / (2 * Double.pi).squareRoot()
      return Self.normalDistribution(y) + y * density
    }
  }

  /// Φ(x), the share of a standard normal below x.
  private static func normalDistribution(_ x: Double) -> Double {
    erfc(-x / 2.squareRoot()) / 2
  }
}
