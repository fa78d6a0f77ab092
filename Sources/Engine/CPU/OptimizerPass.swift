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
extension Double {
  package static func sumOfSquares(_ pass: OptimizerPass<Double>) -> OptimizerSums<Double> {
    var sums = OptimizerSums(squares: 0.0, absoluteWeights: 0, squaredWeights: 0)
    for i in 0..<pass.count {
      let d = pass.regularizedGradient(i)
      sums.squares += d * d
      guard i < pass.regularizedCount else { continue }
      sums.absoluteWeights += abs(pass.w[i])
      sums.squaredWeights += pass.w[i] * pass.w[i]
    }
    return sums
  }

  package static func adam(_ pass: OptimizerPass<Double>) {
    guard let m = pass.m, let v = pass.v else { return }
    let settings = pass.settings
    let (beta1, beta2) = (Double(settings.beta1), Double(settings.beta2))
    for i in 0..<pass.count {
      let d = pass.entry(.scale) * pass.regularizedGradient(i)
      m[i] = beta1 * m[i] + (1 - beta1) * d
      v[i] = beta2 * v[i] + (1 - beta2) * d * d
      let first = m[i] / pass.entry(.correction1)
      let second = (v[i] / pass.entry(.correction2)).squareRoot()
      let shrink = i < pass.regularizedCount ? Double(settings.weightDecay) * pass.w[i] : 0
      pass.w[i] -=
        pass.entry(.learningRate) * (first / (second + Double(settings.epsilon)) + shrink)
    }
  }
}

extension OptimizerPass where E == Double {
  /// g + λ₁ sign(w) + 2 λ₂ w
  fileprivate func regularizedGradient(_ i: Int) -> Double {
    guard i < regularizedCount else { return g[i] }
    return g[i] + Double(settings.l1) * w[i].signOrZero + 2 * Double(settings.l2) * w[i]
  }
}
