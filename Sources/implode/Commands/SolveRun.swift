import Datasets
import Engine
import Machine
import Physics
import Text
import Training

extension SolveOptions {
  /// Events that a thread solves at a time.
  private static let part = 512

  func run(_ output: Output) throws {
    guard let out, let momenta else { return }
    let rule = OverwriteRule(
      of: "solve", isForced: force,
      inputs: [
        momenta, molecule, from,
        molecule.hasSuffix(".xyz") ? "\(molecule.dropLast(4)).hessian" : nil,
      ])
    try rule.check(out)
    let molecule = try MoleculeFile.molecule(molecule)
    guard listsAll(molecule) else { return try search(output, rule: rule) }
    if draws != nil {
      throw Failure.usage(
        "--draws without --from",
        hint: "all geometries of three atoms are listed without starts: omit it, or add --from RUN")
    }
    try list(molecule.with(charges: charges, of: "solve"), output, rule: rule)
  }

  private func list(_ molecule: Molecule, _ output: Output, rule: OverwriteRule) throws {
    guard let out, let momenta else { return }
    let prior = try self.prior.prior(of: molecule)
    let threads = threads ?? CPU.threads
    let writer = try TableWriter(
      out, columns: SolvedEvents.columns + molecule.positionColumns, rows: nil,
      words: ["status": SolvedStatus.allCases.map(\.rawValue)], threads: threads, rule: rule)
    output.status("making the table of shapes")
    let solver = ExactSolver(ShapeTable.kept(molecule, threads: threads))
    let clock = ContinuousClock.now
    var solved = SolvedEvents()
    var reader = TableReader<Double>(columns: molecule.momentumColumns)
    (reader.threads, reader.badRows, reader.molecule) = (threads, onBadRow, molecule)
    (reader.names, reader.units) = (columns, units)
    let report = try reader.stream(momenta, rowsPerBlock: 4 * Self.part * threads) { table, first in
      output.status("\(Numbers.grouped(first)) events")
      let (rows, width) = (table.rows, table.width)
      let values = Array(table.values.prefix(rows * width))
      let parts = ParallelParts.run((rows + Self.part - 1) / Self.part, threads: threads) { part in
        let range = part * Self.part..<min(rows, (part + 1) * Self.part)
        let events = solver.solve(
          Array(values[range.lowerBound * width..<range.upperBound * width]))
        return SolvedEvents(events, first: first + range.lowerBound, prior)
      }
      for part in parts {
        try writer.append(part.rows)
        solved.count(part)
      }
    }
    output.clearStatus()
    for note in report.notes { output.warn(note) }
    if let warning = solved.warning(momenta == "-" ? "standard input" : momenta) {
      output.warn(warning)
    }
    try writer.close()
    for line in summary(solved, since: clock) { try output.print(line, about: out) }
  }

  private func summary(_ solved: SolvedEvents, since clock: ContinuousClock.Instant) -> [String] {
    let seconds = (ContinuousClock.now - clock).seconds
    return json
      ? [solved.json(seconds: seconds).description]
      : solved.text(about: out == "-" ? "standard output" : out ?? "", seconds: seconds)
  }
}
