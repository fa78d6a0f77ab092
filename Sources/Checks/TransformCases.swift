import Engine

extension PrimitiveCase {
  /// Couplings by every transform.
  static let transforms: [PrimitiveCase] = Transforms.all.flatMap { couplings(by: $0) }

  private static func couplings(by transform: some UnivariateTransform) -> [PrimitiveCase] {
    let name = type(of: transform).name
    let flip = Array((0..<9).reversed())
    let (five, one) = (5 * transform.parameterCount, transform.parameterCount)
    return [false, true].map { inverse in
      PrimitiveCase(
        "\(name) coupling" + (inverse ? " inverse" : ""), Shape(35, 9), Shape(35, five),
        bound: 5e-5, values: .uniform(scale: 2)
      ) {
        let (y, logDet) = $0.graph.coupling(
          $0.inputs[0], by: transform, parameters: $0.inputs[1], inverse: inverse, order: flip)
        $0.compare(y)
        $0.compare(logDet)
      }
    }
      + [false, true].map { inverse in
        PrimitiveCase(
          "two \(name) couplings" + (inverse ? " inverse" : ""), Shape(5, 2), Shape(5, one),
          Shape(5, one), bound: 5e-5
        ) {
          let x = $0.inputs
          let first = $0.graph.coupling(
            x[0], by: transform, parameters: x[1], inverse: inverse, order: [1, 0])
          let second = $0.graph.coupling(
            first.y, by: transform, parameters: x[2], inverse: inverse,
            logDeterminant: first.logDeterminant)
          let term = $0.nextTerm()
          $0.graph.normalLikelihood(
            second.y, logDeterminant: second.logDeterminant, as: term)
        }
      } + [
        PrimitiveCase(
          "\(name) coupling with its subnet", Shape(66, 9), Shape(8, 13), Shape(1, 8),
          Shape(five, 8), Shape(1, five), bound: 5e-5
        ) {
          let x = $0.inputs
          let c = $0.constant(Shape(66, 9))
          let hidden = $0.graph.dense(
            [x[0].columns(0..<4), c.all], weight: x[1], bias: x[2], activation: .tanh)
          let subnet = $0.graph.dense(hidden, weight: x[3], bias: x[4])
          let (y, logDet) = $0.graph.coupling(
            x[0], by: transform, parameters: subnet, order: flip)
          let term = $0.nextTerm()
          $0.graph.normalLikelihood(y, logDeterminant: logDet, as: term)
        }
      ]
  }
}
