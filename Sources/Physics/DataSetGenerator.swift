import Machine
package import Text

/// Rows of a simulated data set: a row is a function of the random seed and its number.
///
/// Rows can be generated in any order, by any number of threads, with identical bits on one machine.
/// Other machines may differ in the last digits, because of `sin`, `cos`, `log` and fused
/// multiply-add.
package struct DataSetGenerator: Sendable {
  package let molecule: Molecule
  package let family: GeometryFamily
  package let seed: UInt64
  package let charges: ChargeStates
  package let noise: MomentumNoise?
  package let start: ThermalMomenta?
  package let explosion: CoulombExplosion
  private let source: any GeometrySource

  /// - Parameters:
  ///   - charges: nil for the molecule's own.
  ///   - noise: On the asymptotic momenta.
  ///   - start: Momenta before the explosion; nil for rest.
  package init(
    _ family: GeometryFamily, molecule: Molecule = .carbonylSulfide, seed: UInt64,
    accuracy: Accuracy = .fast, charges: ChargeStates? = nil, noise: MomentumNoise? = nil,
    start: ThermalMomenta? = nil
  ) throws(Failure) {
    let charges = charges ?? ChargeStates([molecule.charges])
    try charges.validate(for: molecule)
    try noise?.validate(atoms: molecule.atoms)
    try start?.validate()
    source = try family.source(for: molecule)
    explosion = CoulombExplosion(molecule, accuracy: accuracy)
    (self.molecule, self.family, self.seed) = (molecule, family, seed)
    (self.charges, self.noise, self.start) = (charges, noise, start)
  }

  /// Columns of a row: positions, momenta, and charges if they differ between rows.
  package var width: Int { 2 * molecule.width + (charges.vary ? molecule.atoms : 0) }
  package var columns: [String] {
    molecule.positionColumns + molecule.momentumColumns
      + (charges.vary ? molecule.chargeColumns : [])
  }

  /// Makes the rows of `range` into `output`, one after the other, on the calling thread.
  @discardableResult package func makeRows(
    _ range: Range<Int>, into output: UnsafeMutableBufferPointer<Double>
  ) -> SimulationReport {
    precondition(output.count == range.count * width, "output does not fit the rows")
    var report = SimulationReport()
    var scratch = RowScratch(molecule: molecule, rows: Self.chunk)
    for begin in stride(from: range.lowerBound, to: range.upperBound, by: Self.chunk) {
      let rows = begin..<min(begin + Self.chunk, range.upperBound)
      let first = (begin - range.lowerBound) * width
      let slice = output[first..<first + rows.count * width]
      makeChunk(rows, UnsafeMutableBufferPointer(rebasing: slice), &scratch, &report)
    }
    return report
  }

  /// The same, on several threads, the calling one included.
  @discardableResult package func makeRows(
    _ range: Range<Int>, into output: UnsafeMutableBufferPointer<Double>, threads: Int
  ) -> SimulationReport {
    let parts = (range.count + Self.chunk - 1) / Self.chunk
    nonisolated(unsafe) let output = output
    return ParallelParts.run(parts, threads: threads) { part in
      let first = part * Self.chunk
      let count = min(Self.chunk, range.count - first)
      let slice = output[first * width..<(first + count) * width]
      let rows = range.lowerBound + first..<range.lowerBound + first + count
      return makeRows(rows, into: UnsafeMutableBufferPointer(rebasing: slice))
    }.reduce(SimulationReport(), +)
  }

  /// Rows of one call of the simulator: enough to keep its lanes busy, little enough for caches.
  static let chunk = 1024

  private func makeChunk(
    _ rows: Range<Int>, _ output: UnsafeMutableBufferPointer<Double>, _ scratch: inout RowScratch,
    _ report: inout SimulationReport
  ) {
    scratch.withBuffers(rows: rows.count, moving: start != nil) { part in
      draw(rows, into: part)
      explosion.explode(
        UnsafeBufferPointer(part.positions), start: start == nil ? nil : .init(part.start),
        charges: UnsafeBufferPointer(part.charges), into: part.momenta, outcomes: part.outcomes)
      finish(rows, part, output, &report)
    }
  }

  /// Positions, momenta before the explosion and charges of rows.
  func draw(_ rows: Range<Int>, into part: RowScratch.Part) {
    let n = molecule.width
    for (i, row) in rows.enumerated() {
      let at = i * n..<(i + 1) * n
      source.places(row: row, seed: seed).write(to: part.positions.part(at))
      start?.sample(into: part.start.part(at), masses: molecule.masses, seed: seed, index: row)
      for (atom, charge) in charges.sample(seed: seed, row: row).enumerated() {
        part.charges[i * molecule.atoms + atom] = charge
      }
    }
  }

  /// Exploded rows with noise, as they are written.
  func finish(
    _ rows: Range<Int>, _ part: RowScratch.Part, _ output: UnsafeMutableBufferPointer<Double>,
    _ report: inout SimulationReport
  ) {
    let n = molecule.width
    for (i, row) in rows.enumerated() {
      report.add(Outcome(code: part.outcomes[i]))
      let momenta = part.momenta.part(i * n..<(i + 1) * n)
      noise?.add(
        to: momenta, masses: molecule.masses, seed: seed, index: row, widths: &report.noise)
      let whole = output.part(i * width..<(i + 1) * width)
      for k in 0..<n {
        whole[k] = part.positions[i * n + k]
        whole[n + k] = momenta[k]
      }
      for k in 2 * n..<width { whole[k] = part.charges[i * molecule.atoms + k - 2 * n] }
    }
  }
}
