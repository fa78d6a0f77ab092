/// A run of neighboring parameters, as the optimizer's leaves see it.
package struct OptimizerPass<E: Real> {
  let count: Int
  /// Of these, from the first, so many are regularized.
  let regularizedCount: Int
  let w, g: UnsafeMutablePointer<E>
  let m, v: UnsafeMutablePointer<E>?
  let control: UnsafeMutablePointer<E>?
  let settings: OptimizerSettings

  init(
    _ block: ParameterBlock, _ tile: Tile<E>, _ run: Range<Int>,
    moments: (first: Value, second: Value)?,
    control: UnsafeMutableBufferPointer<E>?, settings: OptimizerSettings
  ) {
    let offset = run.lowerBound - tile.items.lowerBound
    count = run.count
    regularizedCount = max(0, min(count, block.regularizedCount - run.lowerBound))
    w = tile[block.parameters].start + offset
    g = tile[block.gradients].start + offset
    m = moments.map { tile[$0.first].start + offset }
    v = moments.map { tile[$0.second].start + offset }
    self.control = control?.start
    self.settings = settings
  }

  /// An entry of `OptimizerState.control`.
  func entry(_ entry: OptimizerState.Control) -> E { control?[entry.rawValue] ?? 0 }
}

package struct OptimizerSums<E: Real> {
  var squares, absoluteWeights, squaredWeights: E
}

/// The specification: plain loops.
extension OptimizerPass {
  /// g + λ₁ sign(w) + 2 λ₂ w
  func regularizedGradient(_ i: Int) -> E {
    guard i < regularizedCount else { return g[i] }
    return g[i] + E(settings.l1) * w[i].signOrZero + 2 * E(settings.l2) * w[i]
  }

  func plainSums() -> OptimizerSums<E> {
    var sums = OptimizerSums<E>(squares: 0, absoluteWeights: 0, squaredWeights: 0)
    for i in 0..<count {
      let d = regularizedGradient(i)
      sums.squares += d * d
      guard i < regularizedCount else { continue }
      sums.absoluteWeights += abs(w[i])
      sums.squaredWeights += w[i] * w[i]
    }
    return sums
  }

  func plainAdam() {
    guard let m, let v else { return }
    let (beta1, beta2) = (E(settings.beta1), E(settings.beta2))
    for i in 0..<count {
      let d = entry(.scale) * regularizedGradient(i)
      m[i] = beta1 * m[i] + (1 - beta1) * d
      v[i] = beta2 * v[i] + (1 - beta2) * d * d
      let first = m[i] / entry(.correction1)
      let second = (v[i] / entry(.correction2)).squareRoot()
      let shrink = i < regularizedCount ? E(settings.weightDecay) * w[i] : 0
      w[i] -= entry(.learningRate) * (first / (second + E(settings.epsilon)) + shrink)
    }
  }
}
