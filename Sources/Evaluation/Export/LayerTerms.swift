import Engine
import Records

extension Activation {
  /// f(x) as nodes, with the parameters that the engine has.
  func callAsFunction(_ x: Term) -> Term {
    let graph = x.graph
    switch self {
    case .identity: return x
    case .relu: return graph.node("Relu", [x])
    case .leakyRelu:
      return graph.node("LeakyRelu", [x], [.number("alpha", Float(Self.leak))])
    case .elu: return graph.node("Elu", [x], [.number("alpha", 1)])
    case .tanh: return x.hyperbolicTangent
    case .sigmoid: return graph.node("Sigmoid", [x])
    case .softplus: return graph.node("Softplus", [x])
    case .silu: return x * graph.node("Sigmoid", [x])
    case .gelu: return x * x.normalShare
    }
  }
}

extension Term {
  /// f(x·Wᵀ + b)
  func dense(weight: Term, bias: Term, _ activation: Activation) -> Term {
    activation(graph.node("Gemm", [self, weight, bias], [.integer("transB", 1)]))
  }

  /// `y[order[j]] = x[j]`, or `y[j] = x[order[j]]` where it gathers.
  func permuted(_ order: [Int], gathers: Bool = false) -> Term {
    if order == Array(order.indices) { return self }
    if gathers { return columns(order) }
    var from = order
    for (j, place) in order.enumerated() { from[place] = j }
    return columns(from)
  }

  /// One affine coupling, without its log-determinant and its order.
  func coupled(subnet: Term, width: Int, active: Int, bound: Double, isInverse: Bool) -> Term {
    let passive = width - active
    let (first, second) = (columns(0..<passive), columns(passive..<width))
    let s = (subnet.columns(0..<active) / bound).hyperbolicTangent * bound
    let t = subnet.columns(active..<2 * active)
    let moved = isInverse ? (second - t) * (-s).exponential : second * s.exponential + t
    return Term.concatenated([first, moved])
  }
}

extension Mixture {
  /// One sample of each row: z₀ chooses the component, the rest of z is its noise.
  func sampled(_ parameters: Term, z: Term) -> Term {
    let (k, n) = (components, columns)
    let isChosen = choice(parameters.columns(0..<k), z.columns(0..<1)).rows(of: [k, 1])
    func chosen(_ start: Int) -> Term {
      let all = parameters.columns(start..<start + k * n).rows(of: [k, n])
      return isChosen.choose(all, 0).sum(axis: 1, keepsAxis: false)
    }
    let (center, half) = (Double(center), Double(half))
    let bend = (chosen(k * (1 + n)) / half).hyperbolicTangent
    let deviation = (bend * half + center).exponential
    return chosen(k) + z.columns(1..<n + 1) * deviation
  }

  /// rows×K: true for the first component up to which the shares reach Φ(z₀), or for the last.
  private func choice(_ logits: Term, _ z: Term) -> Term {
    let graph = logits.graph
    let numbers = logits.numbers((0..<components).map(Double.init), shape: [1, components])
    let shares = graph.node("Softmax", [logits], [.integer("axis", 1)])
    let axis = graph.constant([Int64(1)], shape: [])
    let below = graph.node("CumSum", [shares, axis])
    let isLower = (below < z.exactNormalShare).cast(to: .f32)
    // The last of the sums is 1, or rounds to less: nothing is beyond it.
    let isBeforeLast = logits.numbers(
      (0..<components).map { $0 + 1 < components ? 1 : 0 }, shape: [1, components])
    let number = (isLower * isBeforeLast).sum(axis: 1)
    return graph.node("Equal", [number, numbers], is: .bool)
  }
}
