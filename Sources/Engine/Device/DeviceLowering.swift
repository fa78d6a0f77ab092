/// A graph on its way to a device.
package struct DeviceLowering {
  let device: LaunchTraits
  private let source: Graph
  private var graph: Graph
  private var steps: [DevicePlan.Step] = []
  /// How many kernels have been written under each name.
  private var names: [String: Int] = [:]
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
    guard let sum = lastSum, sum.setsAll, sum.gradients == gradients else { return nil }
    lastSum = nil
    return sum.parts
  }

  /// Lets a layer's weight gradient be computed together with others, before a step that needs it.
  mutating func add(_ gradient: WeightGradient) {
    if pending.concern(gradient, in: source) {
      computeGradients()
      appendSum()
    }
    pending.append(gradient)
  }

  mutating func append(_ step: any GraphStep) {
    if pending.concern(step, in: source) { computeGradients() }
    let launches = step.launches(in: &self)
    appendSum()
    guard !launches.isEmpty else { return }
    steps.append(
      DevicePlan.Step(
        launches: launches, results: step.outputs, products: step.products(on: device)))
  }

  /// Appends a run as one chain or, where some of its steps cannot be part of it, those in between
  /// as chains.
  mutating func append(_ run: Run) {
    guard case .rows = run.domain else { return run.steps.forEach { append(source.steps[$0]) } }
    if appendChain(run.steps) { return }
    for piece in pieces(of: run.steps) where !appendChain(piece) {
      for index in piece { append(source.steps[index]) }
    }
  }

  /// A step by itself, as a chain of one.
  mutating func launches(ofRowStep step: some RowStep) -> [Launch] {
    guard
      let chain = chain(
        [step], name: step.operation.name + "_step", readElsewhere: Set(step.outputs))
    else { preconditionFailure("\(step.operation.name) does not fit a chain") }
    return [chain.launch]
  }

  consuming func finish() -> DevicePlan {
    appendSum()
    computeGradients()
    appendSum()
    return DevicePlan(graph: graph, steps: steps)
  }

  /// Appends what the next step could have taken over.
  private mutating func appendSum() {
    guard let sum = lastSum else { return }
    lastSum = nil
    steps.append(
      DevicePlan.Step(
        launches: [sum.launch(in: &graph)], results: [sum.gradients], products: []))
  }

  private mutating func computeGradients() {
    guard !pending.isEmpty else { return }
    appendSum()
    let launch = WeightGradientLaunch(pending.gradients, in: &graph, for: device)
    pending = PendingGradients()
    steps += launch.steps
    lastSum = launch.sum
  }

  /// False if that would save nothing, or if the steps cannot all be part of a chain.
  private mutating func appendChain(_ indices: Range<Int>) -> Bool {
    guard indices.count > 1,
      let chain = chain(
        source.steps[indices].map { $0 }, name: "chain",
        readElsewhere: valuesRead(outside: indices))
    else { return false }
    if source.steps[indices].contains(where: { pending.concern($0, in: source) }) {
      computeGradients()
    }
    appendSum()
    steps.append(DevicePlan.Step(launches: [chain.launch], results: chain.exports, products: []))
    for gradient in chain.weights { add(gradient) }
    return true
  }

  private mutating func chain(
    _ steps: [any DeviceStep], name: String, readElsewhere: Set<Value>
  ) -> Chain? {
    let count = names[name, default: 0] + 1
    let chain = Chain(
      steps, name: count == 1 ? name : "\(name)_\(count)", rows: steps[0].domain.extent, in: source,
      readElsewhere: readElsewhere, device: device, into: &graph)
    if chain != nil { names[name] = count }
    return chain
  }

  /// Neighbors that can all be part of a chain, and every other step for itself.
  private func pieces(of indices: Range<Int>) -> [Range<Int>] {
    guard let shape = ChainShape.candidates(rows: 1, on: device).first else { return [] }
    var pieces: [Range<Int>] = []
    var continues = false
    for index in indices {
      let suits = source.steps[index].chained(shape) != nil
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
