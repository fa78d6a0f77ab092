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
    append(NormalLikelihood(z: z, logDet: logDeterminant, term: term, dz: nil, dLogDet: nil))
  }
}

struct NormalLikelihood: Differentiable {
  let z: Value
  let logDet: Value?
  let term: Objective.Term
  let dz, dLogDet: ReversePass.Contribution?

  var domain: Domain { .rows(z.shape.rows) }
  var inputs: [Value] { [z] + (logDet.map { [$0] } ?? []) }
  var wholes: [Value] { [term.clock, term.weights] }
  var outputs: [Value] { [term.terms] + [dz, dLogDet].compactMap { $0?.value } }

  func addGradients(to pass: inout ReversePass) {
    let dz = pass.contribution(to: z)
    let dLogDet = logDet.flatMap { pass.contribution(to: $0) }
    pass.supersede(
      with: NormalLikelihood(z: z, logDet: logDet, term: term, dz: dz, dLogDet: dLogDet))
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
      .likelihood,
      [
        "z": .rows(z), "log_det": .rows(logDet), "term": .term(term), "dz": .target(dz),
        "dlog_det": .target(dLogDet), "columns": .int(z.shape.columns),
      ])
  }
}

extension ChainOperation.Kind {
  static let likelihood = Self(
    "normal_likelihood",
    [
      "z": .rows, "log_det": .optional(.rows), "term": .term, "dz": .optional(.target),
      "dlog_det": .optional(.target), "columns": .int,
    ])
}
