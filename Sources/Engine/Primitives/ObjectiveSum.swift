extension Graph {
  /// Reduces the terms of `objective` to their means, their weighted total, and epoch sums.
  package mutating func sum(_ objective: Objective) {
    append(ObjectiveSum(objective: objective))
  }
}

struct ObjectiveSum: Differentiable {
  let objective: Objective

  var domain: Domain { .once }
  var wholes: [Value] {
    [objective.terms, objective.clock, objective.weights, objective.epochSums]
  }
  var outputs: [Value] { [objective.components, objective.total, objective.epochSums] }

  func addGradients(to pass: inout ReversePass) {
    // The terms know their weights; nothing is left to compute here but the sums for people.
    pass.seed(objective.terms, with: objective.weights)
    pass.postpone(self)
  }
}

extension ObjectiveSum: CPUStep {
  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let terms = tile.whole(objective.terms), weights = tile.whole(objective.weights)
    let components = tile.whole(objective.components), total = tile.whole(objective.total)
    let epochSums = tile.whole(objective.epochSums)
    let (count, width) = (objective.names.count, objective.epochSums.shape.columns)
    let valid = min(
      Int(tile.words(objective.clock)[Clock.Word.validRows.rawValue]), objective.terms.shape.rows)
    withUnsafeTemporaryAllocation(of: E.self, capacity: width) { sums in
      var weighted: E = 0
      for c in 0..<count {
        // Double: a batch of a million rows must not lose digits.
        var exact = 0.0
        for r in 0..<valid { exact += Double(terms[r * count + c]) }
        sums[c] = E(exact)
        components[c] = valid > 0 ? E(exact / Double(valid)) : 0
        // A term that is switched off must not spoil the total by being infinite.
        if weights[c] != 0 { weighted += weights[c] * components[c] }
      }
      total[0] = weighted
      guard weighted.isFinite else { return }
      sums[count] = weighted * E(valid)
      sums[count + 1] = E(valid)
      for c in 0..<width {
        addCompensated(sums[c], to: &epochSums[c], error: &epochSums[width + c])
      }
    }
  }
}

extension ObjectiveSum: DeviceStep {
  func launches(in lowering: inout DeviceLowering) -> [Launch] {
    [
      .groups(
        "objective_sum",
        [
          .value(objective.terms), .value(objective.clock), .value(objective.weights),
          .value(objective.components), .value(objective.total), .value(objective.epochSums),
          .int(objective.terms.shape.rows), .int(objective.names.count),
        ], size: 256)
    ]
  }
}

/// sum += x, the low-order part of the true sum kept in `error` (Kahan). A sum that overflows is
/// infinite from then on.
private func addCompensated<E: Real>(_ x: E, to sum: inout E, error: inout E) {
  let corrected = x - error
  let next = sum + corrected
  error = next.isFinite ? (next - sum) - corrected : 0
  sum = next
}
