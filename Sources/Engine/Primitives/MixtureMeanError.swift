extension Graph {
  /// The mean over the columns of (m − t)², with m = Σ π μ the mean of the mixture.
  ///
  /// A likelihood cares little for rows in which the network is unsure; this makes their mean
  /// right, too. Both are smallest for the true density.
  package mutating func mixtureMeanError(
    _ parameters: Value, of t: Value, _ mixture: Mixture, as term: Objective.Term
  ) {
    append(MixtureMeanError(operands: MixtureLoss(parameters, of: t, mixture, term)))
  }
}

/// g = 2 (m − t)/n,   da = π Σ g (μ − m),   dμ = π g,   du = 0
struct MixtureMeanError: Differentiable {
  let operands: MixtureLoss
  private var mixture: Mixture { operands.mixture }

  func addGradients(to pass: inout ReversePass) {
    pass.supersede(with: MixtureMeanError(operands: operands.withGradient(in: &pass)))
  }
}

extension MixtureMeanError: CPUStep {
  func scratch(items: Int) -> Int { items * mixture.components }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let (k, n, term) = (mixture.components, mixture.columns, operands.term)
    let x = tile[operands.parameters], t = tile[operands.t], terms = tile[term.terms]
    let weight = tile.weight(of: term)
    let rows = tile.items.count
    let shares = tile.scratch.start
    mixture.weights(x.start, rows: rows, into: shares)
    for r in 0..<rows {
      let share = shares + r * k, means = x.start + r * mixture.width + k
      var sum: E = 0
      for c in 0..<n {
        var mean: E = 0
        for j in 0..<k { mean += share[j] * means[j * n + c] }
        let error = mean - t[r * n + c]
        sum += error * error
        let g = weight(tile.items.lowerBound + r) * 2 * error / E(n)
        addGradients(tile, r, c, g: g, mean: mean, share, means)
      }
      terms[r * term.count + term.index] = sum / E(n)
    }
  }

  @inline(__always)
  private func addGradients<E: Real>(
    _ tile: Tile<E>, _ r: Int, _ c: Int, g: E, mean: E, _ share: UnsafeMutablePointer<E>,
    _ means: UnsafeMutablePointer<E>
  ) {
    guard let place = operands.place else { return }
    let (k, n) = (mixture.components, mixture.columns)
    let at = r * mixture.width
    // Every column adds to the logits; the first may have to begin with them.
    let logits = ReversePass.Contribution(
      value: place.value, accumulates: place.accumulates || c > 0)
    for j in 0..<k {
      let i = j * n + c
      tile.contribute(share[j] * g * (means[i] - mean), to: logits, at: at + j)
      tile.contribute(share[j] * g, to: place, at: at + k + i)
      tile.contribute(0, to: place, at: at + k * (1 + n) + i)
    }
  }
}

extension MixtureMeanError: RowStep {
  var operation: ChainOperation { operands.operation("mixture_mean_error") }

  func chained(_ shape: ChainShape) -> ChainedStep? {
    ChainedStep(
      operations: ["mixture_weights", "mixture_means"].map(operands.operation) + [operation],
      scratch: mixture.components + 2 * mixture.columns)
  }
}
