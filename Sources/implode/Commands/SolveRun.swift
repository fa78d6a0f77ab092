import Datasets
import Engine
import Machine
import Physics
import Text
import Training

extension SolveOptions {
  func run(_ output: Output) throws {
    guard let out, let momenta else { return }
    let rule = OverwriteRule(
      of: "solve", isForced: force,
      inputs: [
        momenta, molecule, noise.file, from,
        molecule.hasSuffix(".xyz") ? "\(molecule.dropLast(4)).hessian" : nil,
      ])
    for file in [out, summary].compactMap(\.self) { try rule.check(file) }
    let molecule = try MoleculeFile.molecule(molecule)
    guard listsAll(molecule) else { return try search(output, rule: rule) }
    if device != nil || backend == .opencl {
      throw Failure.usage(
        "--\(device == nil ? "backend opencl" : "device") without a search",
        hint: "all geometries of three atoms are listed by the CPU: omit it, or add --from RUN")
    }
    try list(molecule.with(charges: charges, of: "solve"), output, rule: rule)
  }

  private func list(_ molecule: Molecule, _ output: Output, rule: OverwriteRule) throws {
    let prior = try self.prior.prior(of: molecule)
    let noise = try self.noise.noise(of: molecule)
    output.status("making the table of shapes")
    let solver = ExactSolver(ShapeTable.kept(molecule, threads: threads ?? CPU.threads))
    guard let noise else {
      if draws != nil {
        throw Failure.usage(
          "--draws without noise or --from",
          hint:
            "all geometries of exact momenta are listed: add --noise-absolute 1, as an example, "
            + "or --from RUN, or omit it")
      }
      try write(output, molecule, rule, part: 512, SolvedEvents()) { momenta, first in
        let whole = Self.completed(momenta)
        return SolvedEvents(solver.solve(whole), first: first, prior)
      }
      return
    }
    let draws = draws ?? 64
    let sampler = PosteriorSampler(solver, prior, noise, draws: draws, seed: seed ?? 1)
    // Of each event about a hundred momenta are solved at a time.
    let part = max(1, 2048 / (draws + 54))
    let jet = noise.jet ?? 0
    let summary = try summary.map {
      try TableWriter(
        $0, columns: PosteriorEvents.summaryColumns, rows: nil, threads: threads ?? CPU.threads,
        rule: rule)
    }
    try write(
      output, molecule, rule, part: part, PosteriorEvents(draws: draws, jet: jet),
      besides: { try summary?.append($0.summaryRows) }
    ) { momenta, first in
      PosteriorEvents(
        sampler.sample(momenta, first: first), first: first, draws: draws, jet: jet)
    }
    try summary?.close()
  }

  /// Reads events, and writes what `solve` makes of parts of them.
  ///
  /// - Parameters:
  ///   - part: Events that a thread solves at a time.
  ///   - besides: gets each part, in order.
  private func write<Rows: EventRows>(
    _ output: Output, _ molecule: Molecule, _ rule: OverwriteRule, part: Int, _ none: Rows,
    besides: (Rows) throws -> Void = { _ in },
    solve: @Sendable ([Double], Int) -> Rows
  ) throws {
    guard let out else { return }
    let threads = threads ?? CPU.threads
    let writer = try TableWriter(
      out, columns: Rows.columns + molecule.positionColumns, rows: nil, words: Rows.words,
      threads: threads, rule: rule)
    var reader = reader(molecule, columns: allowMissing ? [] : molecule.momentumColumns)
    if allowMissing { (reader.anyOf, reader.allowsMissing) = (molecule.momentumColumns, true) }
    var all = none
    try read(
      reader, rowsPerBlock: 4 * part * threads, into: &all, output, close: writer.close
    ) { table, first, all in
      output.status("\(Numbers.grouped(first)) events")
      let values = Self.momenta(table, of: molecule)
      let (rows, width) = (table.rows, molecule.width)
      let parts = ParallelParts.run((rows + part - 1) / part, threads: threads) { k in
        let range = k * part..<min(rows, (k + 1) * part)
        return solve(
          Array(values[range.lowerBound * width..<range.upperBound * width]),
          first + range.lowerBound)
      }
      for part in parts {
        try writer.append(part.rows)
        try besides(part)
        all.count(part)
      }
    }
  }

  /// All momenta of a molecule, nan in columns that a table does not have.
  private static func momenta(_ table: Table<Double>, of molecule: Molecule) -> [Double] {
    let places = molecule.momentumColumns.map { table.columns.firstIndex(of: $0) }
    let (rows, width) = (table.rows, table.width)
    if places.elementsEqual(0..<width, by: { $0 == $1 }) {
      return Array(table.values.prefix(rows * width))
    }
    return (0..<rows).flatMap { row in places.map { $0.map { table[row, $0] } ?? .nan } }
  }

  /// Exact momenta with what makes each total 0 where one is missing.
  private static func completed(_ momenta: [Double]) -> [Double] {
    guard momenta.contains(where: \.isNaN) else { return momenta }
    return stride(from: 0, to: momenta.count, by: 9).flatMap { begin in
      let row = Array(momenta[begin..<begin + 9])
      return MissingIon.filled(row) ?? row
    }
  }
}
