package import Engine
import Randomness

/// A case made runnable: its graph with gradients, and the numbers to fill it with.
package struct Fixture {
  package let graph: Graph
  package let inputs: [Value]
  package let objective: Objective
  package let gradients: [Value: Value]
  package let steps: Int
  private let contents: [(value: Value, elements: [Double])]
  private let clock: Value
  private let rows: Int

  package init(_ row: PrimitiveCase) {
    var traced = CaseGraph(row)
    row.build(&traced)
    traced.graph.sum(traced.objective)
    var gradients: [Value: Value] = [:]
    var rates: Value?
    var steps = 1
    if row.kind != .forward {
      let block = traced.graph.differentiate(traced.objective)
      gradients = block.gradientOf
      if case .update(let settings, let count) = row.kind {
        steps = count
        rates =
          traced.graph.update(block, objective: traced.objective, settings: settings)
          .learningRates
      }
    }
    traced.graph.joinsSteps = row.joinsSteps
    graph = traced.graph
    inputs = traced.inputs
    objective = traced.objective
    clock = traced.clock
    rows = row.rows
    self.gradients = gradients
    self.steps = steps
    contents = Self.contents(of: traced, row, rates: rates)
  }

  private static func contents(
    of traced: CaseGraph, _ row: PrimitiveCase, rates: Value?
  ) -> [(value: Value, elements: [Double])] {
    var contents = traced.inputs.map { ($0, numbers(row.values, for: $0)) }
    contents += traced.constants.map { ($0.value, numbers($0.values, for: $0.value)) }
    contents.append((traced.objective.weights, [0.7, 1.3, 0.4, 0.9].map { $0 * row.steepness }))
    if let rates { contents.append((rates, [Double](repeating: 0.01, count: rates.shape.count))) }
    return contents
  }

  /// Numbers that `Float` has exactly, so that every device starts from the same.
  private static func numbers(_ values: PrimitiveCase.Values, for value: Value) -> [Double] {
    switch values {
    case .uniform(let scale):
      let philox = Philox(seed: 42)
      return (0..<value.shape.count).map { i in
        let word = philox(SIMD4(UInt32(i), UInt32(value.id), 0, 0)).x
        return Double(Float((Double(word) / 0x1p31 - 1) * scale))
      }
    case .fixed(let numbers):
      return (0..<value.shape.count).map { Double(Float(numbers[$0 % numbers.count])) }
    }
  }

  /// The clock that a case runs under: the last row of a batch of several is not valid.
  package var startClock: Clock {
    var clock = Clock(
      seed: 0x0123_4567_89AB_CDEF, rowCount: rows > 2 ? 2 * rows - 1 : rows, batchRows: rows)
    clock.step = 5
    clock.batch = rows > 2 ? 1 : 0
    clock.epoch = 3
    return clock
  }

  package func fill(_ program: any Program) throws {
    for (value, elements) in contents {
      try program.write(elements.map { Float($0) }, to: value)
    }
    try program.writeWords(startClock.words, to: clock)
  }

  package func run(_ program: any Program) throws {
    for _ in 0..<steps { try program.run() }
    try program.synchronize()
  }
}
