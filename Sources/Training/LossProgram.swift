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

  /// The sums over the steps since the last call.
  func takeSums() throws -> EpochSums {
    let sums = try program.read(step.objective.epochSums).map(Double.init)
    try program.write([Float](repeating: 0, count: sums.count), to: step.objective.epochSums)
    let width = sums.count / 2
    // The second row is the rounding error of the first.
    return EpochSums((0..<width).map { sums[$0] - sums[width + $0] })
  }
}

/// Means per row over the batches whose loss was finite.
struct EpochSums {
  let terms: [Double]
  /// The weighted sum of the terms.
  let loss: Double
  /// The rows of those batches.
  let rows: Int

  /// - Parameter sums: of the terms, of the loss, and of the rows.
  init(_ sums: [Double]) {
    rows = Int(sums[sums.count - 1])
    let means = sums.dropLast().map { $0 / sums[sums.count - 1] }
    (terms, loss) = (means.dropLast(), means[means.count - 1])
  }

  private init(terms: [Double], loss: Double, rows: Int) {
    (self.terms, self.loss, self.rows) = (terms, loss, rows)
  }

  /// Of all of so many rows: not a number where batches of them are missing.
  func covering(rows count: Int) -> EpochSums {
    if rows == count { return self }
    return EpochSums(terms: terms.map { _ in .nan }, loss: .nan, rows: rows)
  }
}
