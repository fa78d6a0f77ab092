/// A graph on its way to a device.
package struct DeviceLowering {
  let device: LaunchTraits
  private let source: Graph
  private var graph: Graph
  private var steps: [DevicePlan.Step] = []
  /// A chain whose sums the next step may take over.
  private var lastChain: Chain?
  /// Weight gradients that no step so far has needed.
  private var pending = PendingGradients()
  /// What the last of them left to be added up, which the next step may take over.
  private var lastSum: WeightGradientLaunch.Sum?

  init(_ graph: Graph, for device: LaunchTraits) {
    (source, self.graph, self.device) = (graph, graph, device)
  }

  mutating func makeValue(_ shape: Shape) -> Value { graph.makeValue(shape) }

  /// Parts of all gradients that the step before has left to be added up, one in each row, if the
  /// step that is being lowered is to do so; nil if the gradients are as they should be.
  mutating func takeParts(of gradients: Value) -> Value? {
    if let parts = lastChain?.takeParts(of: gradients) { return parts }
    guard let sum = lastSum, sum.setsAll, sum.gradients == gradients else { return nil }
    lastSum = nil
    return sum.parts
  }

  /// Lets a layer's weight gradient be computed together with others, before a step that needs it.
  mutating func add(_ gradient: WeightGradient) {
    if pending.concern(gradient, in: source) {
      computeGradients()
      appendSums()
    }
    pending.append(gradient)
  }

  mutating func append(_ step: any GraphStep) {
    if pending.concern(step, in: source) { computeGradients() }
    let launches = step.launches(in: &self)
    appendSums()
    guard !launches.isEmpty else { return }
    steps.append(
      DevicePlan.Step(
        launches: launches, results: step.outputs, products: step.products(on: device)))
  }

  /// Appends a run as one chain or, where some of its steps cannot be part of it, those in between
  /// as chains.
  mutating func append(_ run: Run) {
    guard case .rows = run.domain else { return run.steps.forEach { append(source.steps[$0]) } }
    if appendChain(run.steps, rows: run.domain.extent) { return }
    for piece in pieces(of: run.steps) where !appendChain(piece, rows: run.domain.extent) {
      for index in piece { append(source.steps[index]) }
    }
  }

  consuming func finish() -> DevicePlan {
    appendSums()
    computeGradients()
    appendSums()
    return DevicePlan(graph: graph, steps: steps)
  }

  /// Appends what the next step could have taken over.
  private mutating func appendSums() {
    if let chain = lastChain {
      lastChain = nil
      steps.append(
        DevicePlan.Step(
          launches: chain.launches(for: device), results: chain.exports + chain.sums, products: []))
    }
    if let sum = lastSum {
      lastSum = nil
      steps.append(
        DevicePlan.Step(
          launches: [sum.launch(in: &graph)], results: [sum.gradients], products: []))
    }
  }

  private mutating func computeGradients() {
    guard !pending.isEmpty else { return }
    appendSums()
    let launch = WeightGradientLaunch(pending.gradients, in: &graph, for: device)
    pending = PendingGradients()
    steps.append(
      DevicePlan.Step(launches: launch.launches, results: launch.results, products: []))
    lastSum = launch.sum
  }

  /// False if that would save nothing, or if the steps cannot all be part of a chain.
  private mutating func appendChain(_ indices: Range<Int>, rows: Int) -> Bool {
    guard indices.count > 1,
      let builder = ChainBuilder(
        Array(source.steps[indices]), in: source, readElsewhere: valuesRead(outside: indices),
        device: device),
      let chain = builder.build(into: &graph, rows: rows, device: device)
    else { return false }
    if source.steps[indices].contains(where: { pending.concern($0, in: source) }) {
      computeGradients()
    }
    appendSums()
    lastChain = chain
    return true
  }

  /// Neighbors that can all be part of a chain and add up nothing, and every other step for itself.
  private func pieces(of indices: Range<Int>) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var continues = false
    for index in indices {
      let step = source.steps[index]
      let suits = step.sums.isEmpty && step.chained(on: device) != nil
      if continues, suits, let last = pieces.popLast() {
        pieces.append(last.lowerBound..<index + 1)
      } else {
        pieces.append(index..<index + 1)
      }
      continues = suits
    }
    return pieces
  }

  private func valuesRead(outside indices: Range<Int>) -> Set<Value> {
    var read: Set<Value> = []
    for (index, step) in source.steps.enumerated() where !indices.contains(index) {
      read.formUnion(step.inputs + step.wholes)
    }
    return read
  }
}
