import Datasets
import Engine
import Machine
import Physics
import Text
import Training

extension SimulateOptions {
  /// Checks what no option can check by itself: that the family has the options given.
  func validate() throws(Failure) {
    guard (family == nil) != (positions == nil) else {
      throw .usage(
        family == nil ? "no --family" : "--family and --positions",
        hint: family == nil
          ? "choose one of random, equilibrium, oriented, or name a file with --positions"
          : "omit one of them")
    }
    try checkReading()
    try backend?.check(device: device)
    try noise.validate()
    guard out != nil else {
      throw .usage("no --out", hint: "name the file to write: --out data.csv, or data.npz")
    }
    if let out { try ForeignFormat.check(out) }
    if digits != nil, let out, TableWriter.format(of: out) == .npz {
      throw .usage(
        "--digits does not apply to an NPZ file",
        hint: "NPZ files store exact numbers; omit it, or write CSV")
    }
    let given: [(name: String, isGiven: Bool, family: FamilyName)] = [
      ("shape", shape != nil, .random), ("half", half != nil, .random),
      ("radius", radius != nil, .random), ("dmin", dmin != nil, .random),
      ("temperature", temperature != nil, .equilibrium),
      ("fixed-orientation", fixedOrientation, .equilibrium), ("racemic", racemic, .equilibrium),
      ("angle-min", angleMin != nil, .oriented), ("offset", offset != nil, .oriented),
    ]
    for option in given where option.isGiven && option.family != family {
      throw .usage(
        "--\(option.name) does not apply to "
          + (family.map { "--family \($0.rawValue)" } ?? "--positions"),
        hint: "it is an option of --family \(option.family.rawValue)")
    }
    if radius != nil && shape != .ball || half != nil && shape == .ball {
      throw .usage("--half needs a cube, --radius a ball", hint: "add --shape ball, or omit it")
    }
  }

  private func checkReading() throws(Failure) {
    for (name, isGiven) in [("columns", !columns.isEmpty), ("units", !units.isEmpty)]
    where isGiven && positions == nil {
      throw .usage("--\(name) without --positions", hint: "no file is read: omit it")
    }
    if let unit = units[.momentum] {
      throw .usage(
        "--units momentum=\(unit.name): no momenta are read",
        hint: "name the unit of positions only; momenta are written in atomic units")
    }
  }

  func run(_ output: Output) throws {
    guard let out else { return }
    let rule = OverwriteRule(
      of: "simulate", isForced: force,
      inputs: [
        positions, molecule, noise.file,
        molecule.hasSuffix(".xyz") ? "\(molecule.dropLast(4)).hessian" : nil,
      ])
    try rule.check(out)
    let threads = threads ?? CPU.threads
    let molecule = try MoleculeFile.molecule(molecule)
    let source = try geometries(of: molecule, threads: threads, output)
    let generator = try DataSetGenerator(
      source.family, molecule: molecule, seed: seed, accuracy: precise ? .precise : .fast,
      charges: try charges.map { ChargeStates(try combinations($0, of: molecule)) },
      noise: try noise.noise(of: molecule),
      start: thermal.map { ThermalMomenta(temperature: $0) })
    let explosions = try SimulationDevice.choose(
      backend, device: device, molecule: molecule, isPrecise: precise)
    let writer = try TableWriter(
      out, columns: generator.columns, rows: source.rows,
      format: digits.map { .digits($0) } ?? .shortest, threads: threads, rule: rule)
    let clock = ContinuousClock.now
    let report = try write(
      generator, rows: source.rows, to: writer, on: explosions, threads: threads, output)
    try writer.close()
    output.clearStatus()
    let seconds = (ContinuousClock.now - clock).seconds
    try output.print(
      "\(out): \(Numbers.count(grouped: report.rows, "row")), random seed \(seed), in "
        + "\(Numbers.fixed(seconds, digits: 1)) s, "
        + "\(Numbers.fixed(Double(report.steps) / Double(report.rows), digits: 1)) steps per row"
        + (explosions.map { ", on \($0.name) in \($0.precision) precision" } ?? ""),
      about: out)
    if let line = noiseLine(report, generator) { try output.print(line, about: out) }
  }

  /// `noise: 2 % of |p| drawn; 2.1 % (C), 1.7 % (O), 1.65 % (S) after the total momentum was made 0
  /// again`, or what detector and jet make of each ion; nil without noise.
  private func noiseLine(_ report: SimulationReport, _ generator: DataSetGenerator) -> String? {
    guard let noise = generator.noise else { return nil }
    let isRelative = self.noise.relative > 0
    func text(_ x: Double) -> String {
      Numbers.significant(isRelative ? 100 * x : x, digits: 3) + (isRelative ? " %" : "")
    }
    let realized = zip(report.noise.values, generator.molecule.labels)
      .map { "\(text($0)) (\($1))" }.joined(separator: ", ")
    let unit = isRelative ? "of |p|" : "atomic units"
    if noise.keepsTotal { return "noise: \(realized) \(unit) for each component" }
    return "noise: \(text(isRelative ? self.noise.relative : self.noise.absolute)) \(unit) drawn; "
      + "\(realized) after the total momentum was made 0 again"
  }

  private func write(
    _ generator: DataSetGenerator, rows: Int, to writer: TableWriter,
    on explosions: SimulationDevice?, threads: Int, _ output: Output
  ) throws -> SimulationReport {
    let chunk = explosions == nil ? 65_536 : 262_144
    var report = SimulationReport()
    for start in stride(from: 0, to: rows, by: chunk) {
      output.status("\(Numbers.grouped(start)) of \(Numbers.grouped(rows)) rows")
      let range = start..<min(rows, start + chunk)
      var numbers = [Double](repeating: 0, count: range.count * generator.width)
      let part = try numbers.withUnsafeMutableBufferPointer { numbers in
        guard let explosions else {
          return generator.makeRows(range, into: numbers, threads: threads)
        }
        return try generator.makeRows(
          range, into: numbers, threads: threads, on: explosions.explosions)
      }
      if part.failed > 0 { throw failure(part.failed, numbers, range, generator.width) }
      report = report + part
      try writer.append(numbers)
    }
    return report
  }

  /// What rows without an answer have in common, and where the first is.
  private func failure(
    _ count: Int, _ numbers: [Double], _ range: Range<Int>, _ width: Int
  ) -> Failure {
    let bad = (0..<range.count).first { row in
      numbers[row * width..<(row + 1) * width].contains { !$0.isFinite }
    }
    let first = range.lowerBound + (bad ?? 0) + 1
    let atoms = numbers[(bad ?? 0) * width..<((bad ?? 0) + 1) * width].prefix(width / 2)
    // Farther out, the distances of single atoms are below the rounding of their positions.
    let far = positions == nil ? nil : atoms.first { $0.isFinite && abs($0) > 1e6 }
    return Failure(
      "\(positions.map { "\($0): " } ?? "")row \(first) cannot be simulated"
        + (count > 1 ? ", nor can \(count - 1) later rows" : ""),
      hint: positions == nil
        ? "raise --dmin, or use charges of one sign"
        : far.map {
          "positions are in bohr, and \(Numbers.significant($0, digits: 3)) is too far away"
        }
          ?? "all atoms must be at different positions",
      code: positions == nil ? .usage : .data)
  }

  /// Where molecules come from, and how many there are.
  private func geometries(
    of molecule: Molecule, threads: Int, _ output: Output
  ) throws -> (family: GeometryFamily, rows: Int) {
    if let positions {
      output.status("reading \(positions)")
      var reader = TableReader<Double>(columns: molecule.positionColumns)
      (reader.threads, reader.molecule) = (threads, molecule)
      (reader.names, reader.units) = (columns, units)
      let reading = try reader.read(positions)
      for note in reading.report.notes { output.warn(note) }
      let table = reading.table
      if let rows, rows > table.rows {
        output.warn(
          "\(positions): has \(Numbers.count(grouped: table.rows, "row")), fewer than --rows "
            + "\(Numbers.grouped(rows)): all of them are simulated")
      }
      let rows = min(rows ?? table.rows, table.rows)
      return (.given(Array(table.values.prefix(rows * table.width))), rows)
    }
    return (try made(), rows ?? 100_000)
  }

  private func made() throws -> GeometryFamily {
    switch family {
    case .equilibrium:
      return .equilibrium(
        EquilibriumFamily(
          temperature: temperature ?? 300, fixedOrientation: fixedOrientation, racemic: racemic))
    case .oriented:
      return .oriented(OrientedFamily(leastAngle: angleMin ?? 120, offset: offset ?? 1))
    case .random, nil:
      let isBall = shape == .ball
      return .random(
        RandomFamily(
          shape: isBall ? .ball(radius: radius ?? 4) : .cube(half: half ?? 4),
          closest: dmin ?? (isBall ? 0.5 : 1.5)))
    }
  }

  private func combinations(_ text: String, of molecule: Molecule) throws -> [[Double]] {
    try text.split(separator: "/", omittingEmptySubsequences: false).map {
      try molecule.charges(
        from: String($0), of: "simulate", more: ", several charge states separated by /")
    }
  }
}

extension Molecule {
  /// The same atoms with the charges of an option; as it is without.
  func with(charges text: String?, of command: String) throws -> Molecule {
    guard let text else { return self }
    return try with(charges: try charges(from: text, of: command))
  }

  /// A charge for each atom, as in `2,2,2`.
  ///
  /// - Parameter more: what else the command accepts, for the hint.
  func charges(from text: String, of command: String, more: String = "") throws -> [Double] {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { Double(String($0)) }
    guard numbers.count == atoms, numbers.allSatisfy({ $0?.isFinite == true }) else {
      let example = charges.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" }
        .joined(separator: ",")
      throw Failure.usage(
        "implode \(command): '\(text)' is not a charge for each of "
          + labels.joined(separator: ", "), hint: "write them as --charges \(example)\(more)")
    }
    return numbers.compactMap { $0 }
  }
}
