import Engine

/// Affine couplings under a condition, each followed by a flip of the columns.
struct Couplings: Hashable, Sendable {
  var count: Int
  /// The hidden layers of the networks that give s and t, jointly.
  var subnet: [Int]
  var activation: Activation
  /// s lies in (−bound, bound).
  var bound: Float
  let name: String

  /// What comes out of all couplings, and log|det| of the way; the inverse undoes the forward way.
  func trace(
    _ x: Value, condition: Value, isInverse: Bool, in trace: inout ModelTrace
  ) -> (y: Value, logDeterminant: Value) {
    precondition(count > 0, "a flow of no couplings")
    let width = x.shape.columns
    let passive = width / 2
    let flip: [Int] = (0..<width).reversed()
    var y = isInverse ? trace.graph.permuteColumns(x, order: flip) : x
    var logDeterminant: Value?
    for index in isInverse ? Array((0..<count).reversed()) : Array(0..<count) {
      let subnet = trace.network(
        [y.columns(0..<passive), condition.all], hidden: subnet, width: 2 * (width - passive),
        name: "\(name)\(index)", activation: activation)
      // The flip is part of how a coupling writes its result. Behind the last inverse there is none.
      let isLast = isInverse && index == 0
      let next = trace.graph.coupling(
        y, by: AffineTransform(bound: bound), parameters: subnet, inverse: isInverse,
        order: isLast ? nil : flip, logDeterminant: logDeterminant)
      (y, logDeterminant) = (next.y, next.logDeterminant)
    }
    guard let logDeterminant else { preconditionFailure("a flow of no couplings") }
    return (y, logDeterminant)
  }
}
