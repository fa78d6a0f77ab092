package import Engine
import Randomness

/// A training step of a small network, for benchmarks and for tests of the whole engine.
package struct Network: Sendable {
  package let name: String
  package let batch: Int
  package let graph: Graph
  package let clock: Value
  package let table: Value
  package let objective: Objective
  package let optimizer: OptimizerState
  /// Multiplications and additions of one row, forward and backward, in the dense layers.
  package let flopsPerRow: Int

  static let dataRows = 8192

  /// A chain of dense layers from momenta to the last width, trained on squared error.
  package static func layers(
    _ widths: [Int], batch: Int, activation: Activation = .tanh,
    settings: OptimizerSettings = OptimizerSettings()
  ) -> Network {
    let name = "network " + widths.map(String.init).joined(separator: "-")
    let columns = [0..<widths[0], widths[0]..<widths[0] + widths[widths.count - 1]]
    return Network(name, widths: columns, batch: batch, settings: settings) { trace, parts in
      var x = parts[0]
      for (index, width) in widths.dropFirst().enumerated() {
        let isLast = index == widths.count - 2
        x = trace.dense(
          [x.all], width: width, name: "layer\(index)",
          activation: isLast ? .identity : activation, isFirst: index == 0)
      }
      trace.graph.squaredError(x, parts[1], as: trace.term)
    }
  }

  /// Affine couplings, each followed by a flip, by the likelihood of the positions.
  package static func flow(couplings: Int, hidden: [Int], batch: Int) -> Network {
    let name = "flow \(couplings) × " + hidden.map(String.init).joined(separator: "-")
    return Network(name, widths: [0..<9, 9..<18], batch: batch, settings: OptimizerSettings()) {
      trace, parts in
      let z = trace.couplings(parts[0], condition: parts[1], count: couplings, hidden: hidden)
      trace.graph.normalLikelihood(z.y, logDeterminant: z.logDeterminant, as: trace.term)
    }
  }

  private init(
    _ name: String, widths: [Range<Int>], batch: Int, settings: OptimizerSettings,
    model: (inout NetworkTrace, [Value]) -> Void
  ) {
    var trace = NetworkTrace(batch: batch)
    table = trace.graph.resident("data", Shape(Self.dataRows, widths[1].upperBound))
    let parts = trace.graph.gather(
      table, columns: widths, rows: batch, clock: trace.clock, shuffles: true)
    model(&trace, parts)
    trace.graph.sum(trace.objective)
    let block = trace.graph.differentiate(trace.objective)
    optimizer = trace.graph.update(block, objective: trace.objective, settings: settings)
    (self.name, self.batch, graph) = (name, batch, trace.graph)
    (clock, objective, flopsPerRow) = (trace.clock, trace.objective, trace.flopsPerRow)
  }

  /// Random data, initial parameters, and the clock at the start.
  package func fill(_ program: any Program) throws {
    try program.write(Self.uniforms(table.shape.count, id: 1, scale: 1.7), to: table)
    try program.write([1], to: objective.weights)
    try program.write([1e-3], to: optimizer.learningRates)
    try program.writeWords(
      Clock(seed: 7, rowCount: Self.dataRows, batchRows: batch).words, to: clock)
    try graph.initializeParameters(of: program)
  }

  static func uniforms(_ count: Int, id: UInt32, scale: Float) -> [Float] {
    let philox = Philox(seed: 11)
    return (0..<count).map { i in
      let word = philox(SIMD4(UInt32(i / 4), id, 0, 0))[i % 4]
      return (Float(word >> 8) * 0x1p-23 - 1) * scale
    }
  }
}

extension Graph {
  /// Fills every parameter with uniforms that suit its width.
  package func initializeParameters(of program: any Program) throws {
    for (index, parameter) in parameters.enumerated() {
      let shape = parameter.value.shape
      // What a coupling's subnet gives is small at first: a flow starts near the identity.
      let gain: Float = parameter.name.hasSuffix(".out.weight") ? 0.05 : 1
      let scale = shape.rows == 1 ? 0.05 : gain * (1 / Float(shape.columns)).squareRoot()
      try program.write(
        Network.uniforms(shape.count, id: UInt32(100 + index), scale: scale), to: parameter.value)
    }
  }
}

/// A network while it is being traced.
package struct NetworkTrace {
  package var graph = Graph()
  package let clock: Value
  package let objective: Objective
  package var term: Objective.Term { objective.term("loss") }
  package private(set) var flopsPerRow = 0

  package init(batch: Int) {
    clock = graph.clock()
    objective = graph.objective(["loss"], rows: batch, clock: clock)
  }

  /// A dense layer; one of a name that the graph knows already shares its parameters.
  package mutating func dense(
    _ x: [Slice], width: Int, name: String, activation: Activation = .identity,
    isFirst: Bool = false
  ) -> Value {
    let depth = x.reduce(0) { $0 + $1.columns.count }
    let w =
      graph.names["\(name).weight"] ?? graph.parameter("\(name).weight", Shape(width, depth))
    let b =
      graph.names["\(name).bias"]
      ?? graph.parameter("\(name).bias", Shape(1, width), isRegularized: false)
    flopsPerRow += (isFirst ? 4 : 6) * width * depth
    return graph.dense(x, weight: w, bias: b, activation: activation)
  }

  /// `count` couplings, each followed by a flip; the inverse undoes the forward chain.
  package mutating func couplings(
    _ x: Value, condition: Value, count: Int, hidden: [Int], inverse: Bool = false
  ) -> (y: Value, logDeterminant: Value) {
    let width = x.shape.columns
    let passive = width / 2
    let flip: [Int] = (0..<width).reversed()
    var x = inverse ? graph.permuteColumns(x, order: flip) : x
    var logDeterminant: Value?
    for index in inverse ? Array((0..<count).reversed()) : Array(0..<count) {
      var h = [x.columns(0..<passive), condition.all]
      for (layer, size) in hidden.enumerated() {
        h = [
          dense(h, width: size, name: "coupling\(index).\(layer)", activation: .relu).all
        ]
      }
      let subnet = dense(h, width: 2 * (width - passive), name: "coupling\(index).out")
      let isLast = inverse && index == 0
      let result = graph.affineCoupling(
        x, subnet: subnet, inverse: inverse, order: isLast ? nil : flip,
        logDeterminant: logDeterminant)
      (x, logDeterminant) = (result.y, result.logDeterminant)
    }
    guard let logDeterminant else { preconditionFailure("a flow of no couplings") }
    return (x, logDeterminant)
  }
}
