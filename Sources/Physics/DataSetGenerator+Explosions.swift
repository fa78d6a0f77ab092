import Machine

extension DataSetGenerator {
  /// The same rows with momenta that something else than this generator's simulator computes:
  /// geometries, charges and noise are drawn on the CPU.
  ///
  /// Rows of `range` are in memory together, so that a device has much to do at a time.
  @discardableResult package func makeRows(
    _ range: Range<Int>, into output: UnsafeMutableBufferPointer<Double>, threads: Int,
    on explosions: any Explosions
  ) throws -> SimulationReport {
    precondition(output.count == range.count * width, "output does not fit the rows")
    let n = molecule.width
    var positions = [Double](repeating: 0, count: range.count * n)
    var moving = [Double](repeating: 0, count: start == nil ? 0 : range.count * n)
    var ions = [Double](repeating: 0, count: range.count * molecule.atoms)
    // Without momenta before the explosion nothing is written to them.
    withParts(of: range.count, &positions, &moving, &ions, threads: threads) { rows, part in
      draw(range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound, into: part)
      return SimulationReport()
    }
    var (momenta, outcomes) = try explosions.explode(
      positions, start: start == nil ? nil : moving, charges: ions, threads: threads)
    var codes = outcomes.map(\.code)
    outcomes = []
    nonisolated(unsafe) let output = output
    return momenta.withUnsafeMutableBufferPointer { momenta in
      codes.withUnsafeMutableBufferPointer { codes in
        nonisolated(unsafe) let results = (momenta, codes)
        return withParts(of: range.count, &positions, &moving, &ions, threads: threads) {
          rows, part in
          var report = SimulationReport()
          let whole = RowScratch.Part(
            positions: part.positions,
            momenta: results.0.part(rows.lowerBound * n..<rows.upperBound * n), start: part.start,
            charges: part.charges, outcomes: results.1.part(rows))
          finish(
            range.lowerBound + rows.lowerBound..<range.lowerBound + rows.upperBound, whole,
            output.part(rows.lowerBound * width..<rows.upperBound * width), &report)
          return report
        }
      }
    }
  }

  /// Parts of rows, on several threads, with what belongs to them.
  @discardableResult private func withParts(
    of count: Int, _ positions: inout [Double], _ start: inout [Double], _ charges: inout [Double],
    threads: Int, _ body: @Sendable (Range<Int>, RowScratch.Part) -> SimulationReport
  ) -> SimulationReport {
    let (n, atoms) = (molecule.width, molecule.atoms)
    return positions.withUnsafeMutableBufferPointer { positions in
      start.withUnsafeMutableBufferPointer { start in
        charges.withUnsafeMutableBufferPointer { charges in
          nonisolated(unsafe) let arrays = (positions, start, charges)
          let parts = (count + Self.chunk - 1) / Self.chunk
          return ParallelParts.run(parts, threads: threads) { part in
            let rows = part * Self.chunk..<min((part + 1) * Self.chunk, count)
            let numbers = rows.lowerBound * n..<rows.upperBound * n
            let none = arrays.0.part(0..<0)
            return body(
              rows,
              RowScratch.Part(
                positions: arrays.0.part(numbers), momenta: none,
                start: arrays.1.isEmpty ? none : arrays.1.part(numbers),
                charges: arrays.2.part(rows.lowerBound * atoms..<rows.upperBound * atoms),
                outcomes: UnsafeMutableBufferPointer(start: nil, count: 0)))
          }.reduce(SimulationReport(), +)
        }
      }
    }
  }
}
