import Configuration
package import Engine

/// Affine couplings under a condition, each followed by a flip of the columns (RealNVP, Dinh et al.
/// 2017; under a condition, Ardizzone et al. 2019).
package struct Couplings: Hashable, Sendable {
  package var count = 20
  /// The hidden layers of the networks that give s and t, jointly.
  package var subnet = [128, 128]
  package var activation = Activation.relu
  /// s lies in (−bound, bound).
  package var bound = 2.0

  package init() {}

  static let keys: [Key<Couplings>] = [
    Key(
      "model.couplings", \.count, check: Limit.within(1...1000),
      "number of couplings, each followed by a flip"),
    Key(
      "model.subnet", \.subnet, check: Limit.widths,
      "widths of the hidden layers of the network of each coupling"),
    Key("model.subnetActivation", \.activation, "activation in the networks of the couplings"),
    Key(
      "model.scaleBound", \.bound, check: Limit.positiveFloat,
      "the largest |s|; a coupling stretches by at most e^s"),
  ].ruled("model.couplings") {
    Double($0.count) * $0.bound < 80
      ? nil : "times model.scaleBound must stay below 80, or e^s can overflow"
  }

  /// A flow starts near the identity, with s and t a tenth as large as other layers' outputs.
  private static let outputGain: Float = 0.1

  /// The result of all couplings, and log|det| of it; the inverse undoes the forward direction.
  package func trace(
    _ x: Value, condition: Value, isInverse: Bool, in trace: inout ModelTrace
  ) -> (y: Value, logDeterminant: Value) {
    precondition(count > 0, "a flow of no couplings")
    let width = x.shape.columns
    let passive = width / 2
    let flip: [Int] = (0..<width).reversed()
    let transform = AffineTransform(bound: Float(bound))
    var y = isInverse ? trace.graph.permuteColumns(x, order: flip) : x
    var logDeterminant: Value?
    for index in isInverse ? Array((0..<count).reversed()) : Array(0..<count) {
      let subnet = trace.network(
        [y.columns(0..<passive), condition.all], hidden: subnet,
        width: transform.parameterCount * (width - passive),
        name: "coupling\(index)", activation: activation, outputGain: Self.outputGain)
      // The flip is part of how a coupling writes its result. Behind the last inverse there is none.
      let isLast = isInverse && index == 0
      let next = trace.graph.coupling(
        y, by: transform, parameters: subnet, inverse: isInverse, order: isLast ? nil : flip,
        logDeterminant: logDeterminant)
      (y, logDeterminant) = (next.y, next.logDeterminant)
    }
    guard let logDeterminant else { preconditionFailure("a flow of no couplings") }
    return (y, logDeterminant)
  }
}
