import Engine
import Models

/// A training step of a small network.
struct Network: Sendable {
  private(set) var name: String
  let batch: Int
  private(set) var graph: Graph
  let clock: Value
  let table: Value
  let objective: Objective
  let optimizer: OptimizerState

  static let dataRows = 8192

  /// A chain of dense layers from momenta to the last width, trained on squared error.
  static func layers(_ widths: [Int], batch: Int) -> Network {
    let name = "network " + widths.map(String.init).joined(separator: "-")
    let columns = [0..<widths[0], widths[0]..<widths[0] + widths[widths.count - 1]]
    return Network(name, widths: columns, batch: batch) { trace, parts, term in
      var x = parts[0]
      for (index, width) in widths.dropFirst().enumerated() {
        let isLast = index == widths.count - 2
        x = trace.dense(
          [x.all], width: width, name: "layer\(index)", activation: isLast ? .identity : .tanh)
      }
      trace.graph.squaredError(x, parts[1], as: term)
    }
  }

  /// Positions through an encoder and a decoder, both of which see the momenta.
  static func variational(hidden: Int, latent: Int, batch: Int) -> Network {
    let name = "variational \(hidden) \(latent)"
    return Network(name, widths: [0..<9, 9..<18], batch: batch) { trace, parts, term in
      let h = trace.dense(
        [parts[0].all, parts[1].all], width: hidden, name: "encoder", activation: .elu)
      let statistics = trace.dense([h.all], width: 2 * latent, name: "statistics")
      let z = trace.graph.reparameterize(statistics, clock: trace.clock)
      let d = trace.dense(
        [z.all, parts[1].all], width: hidden, name: "decoder", activation: .elu)
      let y = trace.dense([d.all], width: 9, name: "positions")
      trace.graph.squaredError(y, parts[0], as: term)
    }
  }

  /// The same network, whose steps devices may join.
  var joined: Network {
    var result = self
    result.graph.joinsSteps = true
    result.name += " in a chain"
    return result
  }

  /// Affine couplings, each followed by a flip, by the likelihood of the positions.
  static func flow(couplings: Int, hidden: [Int], batch: Int) -> Network {
    let name = "flow \(couplings) × " + hidden.map(String.init).joined(separator: "-")
    let flow = Network.flow(couplings: couplings, hidden: hidden)
    return Network(name, widths: [0..<9, 9..<18], batch: batch) { trace, parts, term in
      let z = flow.trace(parts[0], condition: parts[1], isInverse: false, in: &trace)
      trace.graph.normalLikelihood(z.y, logDeterminant: z.logDeterminant, as: term)
    }
  }

  static func flow(couplings: Int, hidden: [Int]) -> Couplings {
    var flow = Couplings()
    (flow.count, flow.subnet) = (couplings, hidden)
    return flow
  }

  private init(
    _ name: String, widths: [Range<Int>], batch: Int,
    model: (inout ModelTrace, [Value], Objective.Term) -> Void
  ) {
    var trace = ModelTrace()
    objective = trace.graph.objective(["loss"], rows: batch, clock: trace.clock)
    table = trace.graph.resident("data", Shape(Self.dataRows, widths[1].upperBound))
    let parts = trace.graph.gather(
      table, columns: widths, rows: batch, clock: trace.clock, shuffles: true)
    model(&trace, parts, objective.term("loss"))
    trace.graph.sum(objective)
    let block = trace.graph.differentiate(objective)
    optimizer = trace.graph.update(block, objective: objective, settings: OptimizerSettings())
    (self.name, self.batch, graph, clock) = (name, batch, trace.graph, trace.clock)
  }

  /// Random data, initial parameters, and the clock at the start.
  func fill(_ program: any Program) throws {
    let numbers = (0..<table.shape.count).map { i in
      // A Weyl sequence: uniform in ±1.7, and never twice the same.
      (Float(UInt32(truncatingIfNeeded: i &* 2_654_435_769) >> 8) * 0x1p-23 - 1) * 1.7
    }
    try program.write(numbers, to: table)
    try program.write([1], to: objective.weights)
    try program.write([1e-3], to: optimizer.learningRates)
    try program.writeWords(
      Clock(seed: 7, rowCount: Self.dataRows, batchRows: batch).words, to: clock)
    try program.initialize(graph)
  }
}

extension Program {
  /// First values of every parameter.
  func initialize(_ graph: Graph) throws {
    for (value, elements) in graph.initialParameters(seed: 11) { try write(elements, to: value) }
  }
}
