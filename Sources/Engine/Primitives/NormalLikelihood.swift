extension Graph {
  /// −log p(x) = ½ Σ z² + ½ n ln 2π − log|det ∂z/∂x|, for a z that should be standard normal.
  ///
  /// - Parameter logDeterminant: rows×1; without it, the likelihood of z itself.
  package mutating func normalLikelihood(
    _ z: Value, logDeterminant: Value? = nil, as term: Objective.Term
  ) {
    precondition(
      logDeterminant.map { $0.shape == Shape(z.shape.rows, 1) } ?? true,
      "a log-determinant for each row of \(z.shape)")
    append(NormalLikelihood(z: z, logDet: logDeterminant, term: term))
  }
}

struct NormalLikelihood: Differentiable {
  let z: Value
  let logDet: Value?
  let term: Objective.Term
  var dz, dLogDet: ReversePass.Contribution?

  func addGradients(to pass: inout ReversePass) {
    var step = self
    step.dz = pass.contribution(to: z)
    step.dLogDet = logDet.flatMap { pass.contribution(to: $0) }
    pass.supersede(with: step)
  }
}

extension NormalLikelihood: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let z = tile[z], terms = tile[term.terms]
    let logDet = self.logDet.map { tile[$0] }
    let dz = self.dz.map { tile[$0.value] }, dLogDet = self.dLogDet.map { tile[$0.value] }
    let columns = self.z.shape.columns
    let weight = tile.weight(of: term)
    let halfLogTwoPi = E(0.918_938_533_204_672_74)
    for r in tile.items {
      let row = r - tile.items.lowerBound
      var sum: E = 0
      for i in row * columns..<(row + 1) * columns {
        sum += z[i] * z[i]
        guard let dz, let place = self.dz else { continue }
        dz[i] = place.accumulates ? dz[i] + weight(r) * z[i] : weight(r) * z[i]
      }
      terms[row * term.count + term.index] =
        sum / 2 + E(columns) * halfLogTwoPi - (logDet.map { $0[row] } ?? 0)
      guard let dLogDet, let place = self.dLogDet else { continue }
      dLogDet[row] = place.accumulates ? dLogDet[row] - weight(r) : -weight(r)
    }
  }
}

extension NormalLikelihood: RowStep {
  var operation: ChainOperation {
    ChainOperation(
      "normal_likelihood",
      [
        "z": .rows(z), "log_det": .optionalRows(logDet), "term": .term(term),
        "dz": .optionalTarget(dz),
        "dlog_det": .optionalTarget(dLogDet), "columns": .int(z.shape.columns),
      ])
  }
}
