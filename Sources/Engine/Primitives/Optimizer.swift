/// How parameters are updated.
package struct OptimizerSettings: Hashable, Sendable {
  package var beta1: Float = 0.9
  package var beta2: Float = 0.999
  package var epsilon: Float = 1e-8
  /// λ₁ of λ₁ Σ |w|, part of the loss.
  package var l1: Float = 0
  /// λ₂ of λ₂ Σ w², part of the loss.
  package var l2: Float = 0
  /// The decoupled decay of AdamW: w shrinks by rate·decay·w, outside the moments.
  package var weightDecay: Float = 0
  /// The largest norm of the whole gradient; nil does not clip.
  package var clipNorm: Float?
  /// The decay d of a moving average of the parameters, a += (1 − d)·(w − a); nil keeps none.
  package var averaging: Float?

  package init() {}
}

/// The values of an optimizer that the program reads, writes and saves.
package struct OptimizerState: Hashable, Sendable {
  /// 1×L: the rate of each batch of an epoch; the last one holds for all that follow.
  package let learningRates: Value
  package let firstMoments, secondMoments: Value
  /// 1×10, see `Control`.
  package let control: Value
  /// The moving average of the parameters, if there is one.
  package let average: Value?

  /// The order of `control` in memory; optimizer.cl has the same.
  package enum Control: Int, CaseIterable, Sendable {
    case learningRate, scale, correction1, correction2, norm, l1, l2, isFinite
    /// The sum of the norms of the updates made since the program last set it to 0, and how many.
    case normSum, normCount
  }
}

extension Graph {
  /// Updates all parameters by Adam after the gradients of `objective`, and advances the clock.
  ///
  /// A step whose loss or gradient is not finite changes no parameter; the clock counts it.
  package mutating func update(
    _ block: ParameterBlock, objective: Objective, settings: OptimizerSettings,
    learningRateCount: Int = 1
  ) -> OptimizerState {
    let shape = block.parameters.shape
    let state = OptimizerState(
      learningRates: resident("optimizer.learningRates", Shape(1, learningRateCount)),
      firstMoments: resident("optimizer.firstMoments", shape),
      secondMoments: resident("optimizer.secondMoments", shape),
      control: resident(
        "optimizer.control", Shape(1, OptimizerState.Control.allCases.count)),
      average: settings.averaging.map { _ in resident("optimizer.average", shape) })
    let partials = makeValue(Shape(3, GradientNorm.groups))
    // The sums of the objective need nothing but its terms, and are formed with what needs them.
    let sum = steps.last as? ObjectiveSum
    if sum?.objective == objective { removeLastStep() }
    append(
      Update(
        norm: GradientNorm(block: block, partials: partials, settings: settings),
        control: StepControl(
          sum: sum, partials: partials, objective: objective, state: state, settings: settings),
        adam: Adam(block: block, state: state, settings: settings)))
    if let decay = settings.averaging, let average = state.average {
      append(
        MovingAverage(block: block, control: state.control, decay: decay, average: average))
    }
    return state
  }
}

/// Σ g′² over all parameters, Σ |w| and Σ w² over the regularized ones, in 64 parts: part p adds up
/// the runs p, p + 64, p + 128, … of 256 parameters each.
struct GradientNorm: CPUStep {
  let block: ParameterBlock
  let partials: Value
  let settings: OptimizerSettings

  static var groups: Int { 64 }
  static var groupSize: Int { 256 }

  var domain: Domain { .elements(block.parameters.shape.count) }
  var inputs: [Value] { [block.parameters, block.gradients] }
  var sums: [Value] { [partials] }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let (sums, accumulate) = tile.sum(partials, accumulates: false)
    if !accumulate { sums.update(repeating: 0) }
    // Tiles of elements start at multiples of a run.
    for start in stride(from: tile.items.lowerBound, to: tile.items.upperBound, by: Self.groupSize)
    {
      let run = start..<min(tile.items.upperBound, start + Self.groupSize)
      let part = start / Self.groupSize % Self.groups
      let sum = E.sumOfSquares(
        OptimizerPass(block, tile, run, moments: nil, control: nil, settings: settings))
      sums[part] += sum.squares
      sums[Self.groups + part] += sum.absoluteWeights
      sums[2 * Self.groups + part] += sum.squaredWeights
    }
  }
}

/// Sums up the objective, turns the norm into a clip factor, and lets the clock tick.
struct StepControl: CPUStep {
  /// Nil if the objective has been summed up.
  let sum: ObjectiveSum?
  let partials: Value
  let objective: Objective
  let state: OptimizerState
  let settings: OptimizerSettings

  var domain: Domain { .once }
  var wholes: [Value] {
    [partials, state.learningRates] + (sum?.wholes ?? [objective.total])
  }
  var outputs: [Value] { [state.control, objective.clock] + (sum?.outputs ?? []) }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    self.sum?.evaluate(tile)
    let partials = tile.whole(self.partials), rates = tile.whole(state.learningRates)
    let words = tile.words(objective.clock), control = tile.whole(state.control)
    func sum(_ part: Int) -> E {
      (0..<GradientNorm.groups).reduce(0) { $0 + partials[part * GradientNorm.groups + $1] }
    }
    func set(_ entry: OptimizerState.Control, _ x: E) { control[entry.rawValue] = x }
    func correct(_ entry: OptimizerState.Control, _ beta: E) {
      control[entry.rawValue] = control[entry.rawValue] * beta + (1 - beta)
    }
    let norm = sum(0).squareRoot()
    let isFinite = norm.isFinite && tile.whole(objective.total)[0].isFinite
    let batch = Int(words[Clock.Word.batch.rawValue])
    set(.learningRate, rates[min(batch, rates.count - 1)])
    set(.scale, settings.clipNorm.map { min(1, E($0) / (norm + E(1e-6 as Float))) } ?? 1)
    set(.norm, norm)
    set(.l1, sum(1))
    set(.l2, sum(2))
    set(.isFinite, isFinite ? 1 : 0)
    if isFinite {
      // 1 − βᵗ: keeps its digits where the power is near one.
      correct(.correction1, E(settings.beta1))
      correct(.correction2, E(settings.beta2))
      control[OptimizerState.Control.normSum.rawValue] += norm
      control[OptimizerState.Control.normCount.rawValue] += 1
    }
    var clock = Clock(words: words)
    if isFinite { clock.update() } else { clock.skip() }
    clock.advance()
    clock.write(to: words)
  }
}

/// m = β₁m + (1 − β₁)g,  v = β₂v + (1 − β₂)g²,  w −= rate·(m̂/(√v̂ + ε) + decay·w)
struct Adam: CPUStep {
  let block: ParameterBlock
  let state: OptimizerState
  let settings: OptimizerSettings

  var domain: Domain { .elements(block.parameters.shape.count) }
  var inputs: [Value] { [block.gradients] + outputs }
  var wholes: [Value] { [state.control] }
  var outputs: [Value] { [block.parameters, state.firstMoments, state.secondMoments] }

  @_specialize(where E == Float)
  func evaluate<E: Real>(_ tile: Tile<E>) {
    let control = tile.whole(state.control)
    guard control[OptimizerState.Control.isFinite.rawValue] != 0 else { return }
    E.adam(
      OptimizerPass(
        block, tile, tile.items, moments: (state.firstMoments, state.secondMoments),
        control: control, settings: settings))
  }
}
