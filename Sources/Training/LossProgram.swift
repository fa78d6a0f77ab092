import Engine
import Models

/// The step of a loss, compiled for a device.
@dynamicMemberLookup
final class LossProgram {
  let step: LossStep
  let program: any Program

  /// - Parameter other: whose parameters it evaluates; nil for a program with its own.
  init(_ step: LossStep, on device: any Device, sharing other: LossProgram? = nil) throws {
    self.step = step
    program =
      try other.map { try device.compile(step.graph, sharing: $0.program) }
      ?? device.compile(step.graph)
    for content in step.contents { try program.write(content.elements, to: content.value) }
    try program.writeWords(Clock(rowCount: step.rows, batchRows: step.batch).words, to: step.clock)
  }

  subscript<Member>(dynamicMember path: KeyPath<LossStep, Member>) -> Member {
    step[keyPath: path]
  }

  /// Means per row over the steps since the last call: each term, and the weighted sum.
  func takeSums(rows count: Int) throws -> (terms: [Double], loss: Double) {
    let objective = step.objective
    let sums = try program.read(objective.epochSums).map(Double.init)
    try program.write([Float](repeating: 0, count: sums.count), to: objective.epochSums)
    let columns = objective.names.count + 1
    // The second row is the rounding error of the first.
    let means = (0..<columns).map { (sums[$0] - sums[columns + $0]) / Double(count) }
    return (Array(means.dropLast()), means[columns - 1])
  }
}
