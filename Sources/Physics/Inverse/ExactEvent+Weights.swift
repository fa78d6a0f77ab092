extension ExactEvent {
  /// How probable each geometry is, given the momenta exactly: prior/|det ∂p/∂x|, with the sum 1.
  /// All 0 where the prior excludes every geometry.
  package func weights(_ prior: GeometryPrior) -> [Double] {
    let weights = geometries.map { prior.density($0.positions) / $0.determinant }
    let sum = weights.reduce(0, +)
    guard sum > 0, sum < .infinity else { return weights.map { $0 == .infinity ? 1 : 0 } }
    return weights.map { $0 / sum }
  }
}
