extension Graph {
  /// The mean over the columns of (m − t)², with m = Σ π μ the mean of the mixture.
  ///
  /// A likelihood cares little for rows in which the network is unsure; this makes their mean
  /// right, too. Both are smallest for the true density.
  package mutating func mixtureMeanError(
    _ parameters: Value, of t: Value, _ mixture: Mixture, as term: Objective.Term
  ) {
    precondition(
      parameters.shape == Shape(t.shape.rows, mixture.width)
        && t.shape.columns == mixture.columns,
      "\(parameters.shape) is no mixture for targets of \(t.shape)")
    append(
      MixtureMeanError(parameters: parameters, t: t, mixture: mixture, term: term, place: nil))
  }
}

/// g = 2 (m − t)/n,   da = π Σ g (μ − m),   dμ = π g,   du = 0
struct MixtureMeanError: Differentiable {
  let parameters, t: Value
  let mixture: Mixture
  let term: Objective.Term
  let place: ReversePass.Contribution?

  var domain: Domain { .rows(t.shape.rows) }
  var inputs: [Value] { [parameters, t] }
  var wholes: [Value] { [term.clock, term.weights] }
  var outputs: [Value] { [term.terms] + (place.map { [$0.value] } ?? []) }

  func addGradients(to pass: inout ReversePass) {
    precondition(!pass.isActive(t), "the gradient of a loss with respect to its target")
    let place = pass.contribution(to: parameters)
    pass.supersede(
      with: MixtureMeanError(
        parameters: parameters, t: t, mixture: mixture, term: term, place: place))
  }
}

extension MixtureMeanError: CPUStep {
  func scratch(items: Int) -> Int { items * mixture.components }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let (k, n) = (mixture.components, mixture.columns)
    let x = tile[parameters], t = tile[self.t], terms = tile[term.terms]
    let weight = tile.weight(of: term)
    let rows = tile.items.count
    let shares = tile.scratch.start
    for r in 0..<rows {
      let normalizer = Mixture.logSum(x.start + r * mixture.width, k)
      for j in 0..<k { shares[r * k + j] = x[r * mixture.width + j] - normalizer }
    }
    E.exponentials(shares, count: rows * k)
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
    guard let place else { return }
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
  var operation: ChainOperation {
    mixture.operation(.mixtureMeanError, parameters, t, term, place)
  }

  func chained(on device: LaunchTraits) -> ChainedStep? {
    ChainedStep(
      [.mixtureWeights, .mixtureMeans, .mixtureMeanError].map {
        mixture.operation($0, parameters, t, term, place)
      }, scratch: mixture.components + 2 * mixture.columns)
  }
}

extension ChainOperation.Kind {
  static let mixtureWeights = Self("mixture_weights", .mixture)
  static let mixtureMeans = Self("mixture_means", .mixture)
  static let mixtureMeanError = Self("mixture_mean_error", .mixture)
}
