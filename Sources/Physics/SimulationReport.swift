/// What happened to the rows of a simulation.
package struct SimulationReport: Sendable, Equatable {
  package var rows = 0
  /// Steps of all exploded rows together.
  package var steps = 0
  /// Rows without momenta; they are nan throughout.
  package var failed = 0
  /// Of the noise on the momenta; empty without noise.
  package var noise = NoiseWidths()

  package init() {}

  package mutating func add(_ outcome: Outcome) {
    rows += 1
    if case .exploded(let steps) = outcome { self.steps += steps } else { failed += 1 }
  }

  package static func + (a: SimulationReport, b: SimulationReport) -> SimulationReport {
    var sum = a
    sum.rows += b.rows
    sum.steps += b.steps
    sum.failed += b.failed
    sum.noise = sum.noise + b.noise
    return sum
  }
}
