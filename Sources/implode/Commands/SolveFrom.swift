import Datasets
import Engine
import Machine
import Physics
import Text
import Training

/// `implode solve` for any number of atoms: geometries that Newton's method finds from given starts.
extension SolveOptions {
  /// Whether all geometries are listed, for which three atoms are needed, and no starts.
  func listsAll(_ molecule: Molecule) -> Bool { from == nil && molecule.atoms == 3 }

  func search(_ output: Output, rule: OverwriteRule) throws {
    guard let out else { return }
    try checkSearching()
    if noise.isGiven { return try reweight(output, rule: rule) }
    let threads = threads ?? CPU.threads
    let starts = try starts(threads: threads)
    let molecule = starts.molecule
    let prior = try self.prior.prior(of: molecule)
    let writer = try TableWriter(
      out, columns: SolvedEvents.columns + molecule.positionColumns, rows: nil,
      words: SolvedEvents.words, threads: threads, rule: rule)
    let search = GeometrySearch(molecule)
    let approach = try SimulationDevice.choose(
      backend, device: device, molecule: molecule, isPrecise: false)?.explosions
    var found = SolvedEvents(starts: starts.count)
    try read(starts, into: &found, output, close: writer.close) { table, first, found in
      let blocks = SearchBlocks(
        table, molecule, starts: try starts.positions(of: table, first: first),
        count: starts.count, threads: threads)
      for (block, number) in blocks {
        output.status("\(Numbers.grouped(first + number)) events")
        let events =
          try approach.map {
            try search.search(
              block.momenta, from: block.starts, charges: block.charges, threads: threads, by: $0)
          }
          ?? search.search(
            block.momenta, from: block.starts, charges: block.charges, threads: threads)
        let rows = SolvedEvents(events, first: first + number, prior)
        try writer.append(rows.rows)
        found.count(rows)
      }
    }
  }

  private func checkSearching() throws(Failure) {
    if allowMissing {
      throw .usage(
        "--allow-missing for a search from starts",
        hint: "only for three atoms, without --from: otherwise all momenta are needed")
    }
    if noise.isGiven, from == nil {
      throw .usage(
        "noise for \(molecule), which has not three atoms",
        hint: "add --from RUN, a model of the molecule that was trained on momenta with noise")
    }
  }

  /// Reads events for which there are starts.
  func read<Rows: EventRows>(
    _ starts: SearchStarts, into all: inout Rows, _ output: Output, close: () throws -> Void,
    _ body: (Table<Double>, Int, inout Rows) throws -> Void
  ) throws {
    var reader = reader(starts.molecule, columns: starts.columns)
    reader.optional = starts.optional
    let file = (momenta ?? "").inputName
    var concerns: [String] = []
    try read(
      reader, rowsPerBlock: starts.eventsPerBlock, into: &all, output,
      remarks: { concerns + starts.warnings($0) }, close: close
    ) { table, first, all in
      try body(table, first, &all)
      guard first == 0 else { return }
      concerns = try starts.concerns(about: table, file: file, threads: reader.threads)
    }
  }

  func starts(threads: Int, withDensity: Bool = false) throws -> SearchStarts {
    guard let from else { return try startsOfFamily() }
    if charges != nil {
      throw Failure.usage(
        "--charges with --from", hint: "a run has the charges of its own ions: omit --charges")
    }
    let starts = try SearchStarts(
      from, count: draws ?? 64, seed: seed ?? 1, threads: threads, withDensity: withDensity)
    // OCS may not have been asked for.
    if molecule != Self().molecule {
      let named = try MoleculeFile.molecule(molecule)
      guard named.names == starts.molecule.names, named.masses == starts.molecule.masses else {
        throw Failure.usage(
          "--molecule \(named.name) with --from \(from), which is a run of \(starts.molecule.name)",
          hint: "name a run of \(named.name), or omit --molecule")
      }
    }
    return starts
  }

  private func startsOfFamily() throws -> SearchStarts {
    let molecule = try MoleculeFile.molecule(molecule).with(charges: charges, of: "solve")
    guard molecule.atoms > 1 else {
      throw Failure.usage(
        "\(molecule.name) is one atom: it does not explode", hint: "name a molecule of two or more")
    }
    guard let family = prior.geometries else {
      throw Failure.usage(
        "\(molecule.name) has \(molecule.atoms) atoms: all geometries can be listed for three",
        hint:
          "for others the search needs starts: add --from RUN, a trained model of the molecule, "
          + "or --family random or equilibrium")
    }
    return try SearchStarts(
      family, of: molecule, count: draws ?? 64, seed: seed ?? 1, readsCharges: charges == nil)
  }
}
