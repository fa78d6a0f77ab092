/// What happened to the rows of a simulation.
package struct SimulationReport: Sendable, Equatable {
  package var rows = 0
  /// Steps of all exploded rows together.
  package var steps = 0
  /// Rows without momenta, by reason; they are nan throughout.
  package var coincident = 0
  package var notRepulsive = 0
  package var notFinite = 0
  package var tooManySteps = 0

  package init() {}

  package var failed: Int { coincident + notRepulsive + notFinite + tooManySteps }

  package mutating func add(_ outcome: Outcome) {
    rows += 1
    switch outcome {
    case .exploded(let steps): self.steps += steps
    case .coincidentAtoms: coincident += 1
    case .notRepulsive: notRepulsive += 1
    case .notFinite: notFinite += 1
    case .tooManySteps: tooManySteps += 1
    }
  }

  package static func + (a: SimulationReport, b: SimulationReport) -> SimulationReport {
    var sum = a
    sum.rows += b.rows
    sum.steps += b.steps
    sum.coincident += b.coincident
    sum.notRepulsive += b.notRepulsive
    sum.notFinite += b.notFinite
    sum.tooManySteps += b.tooManySteps
    return sum
  }
}
