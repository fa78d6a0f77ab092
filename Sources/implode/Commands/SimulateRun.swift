import Datasets
import Engine
import Physics

extension SimulateOptions {
  /// Checks what no option can check by itself: that the family has the options given.
  func validate() throws(UsageError) {
    guard let family else {
      throw UsageError(
        message: "no --family", hint: "choose one of random, equilibrium, oriented")
    }
    guard out != nil else {
      throw UsageError(
        message: "no --out", hint: "name the file to write: --out data.csv, or data.npz")
    }
    if digits != nil, let out, TableWriter.format(of: out) == .npz {
      throw UsageError(
        message: "--digits says nothing about an NPZ file",
        hint: "its numbers are exact; leave it out, or write CSV")
    }
    let given: [(name: String, isGiven: Bool, family: FamilyName)] = [
      ("shape", shape != nil, .random), ("half", half != nil, .random),
      ("radius", radius != nil, .random), ("dmin", dmin != nil, .random),
      ("temperature", temperature != nil, .equilibrium),
      ("fixed-orientation", fixedOrientation, .equilibrium),
      ("angle-min", angleMin != nil, .oriented), ("offset", offset != nil, .oriented),
    ]
    for option in given where option.isGiven && option.family != family {
      throw UsageError(
        message: "--\(option.name) says nothing about --family \(family.rawValue)",
        hint: "it belongs to --family \(option.family.rawValue)")
    }
    if radius != nil && shape != .ball || half != nil && shape == .ball {
      throw UsageError(
        message: "--half is of a cube, --radius of a ball",
        hint: "add --shape ball, or leave it out")
    }
  }

  func run(_ output: Output) throws {
    guard let out else { return }
    let threads = threads ?? availableThreads()
    let generator = try DataSetGenerator(
      geometries(), seed: seed, accuracy: precise ? .precise : .fast,
      charges: ChargeStates(combinations()), noise: noise == 0 ? nil : .relative(noise),
      start: thermal.map { ThermalMomenta(temperature: $0) })
    let writer = try TableWriter(
      out, columns: generator.columns, rows: rows, format: digits.map { .digits($0) } ?? .shortest,
      threads: threads)
    let clock = ContinuousClock.now
    let report = try write(generator, to: writer, threads: threads, output)
    try writer.close()
    output.clearStatus()
    let time = ContinuousClock.now - clock
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
    try output.print(
      "\(out): \(Numbers.grouped(report.rows)) rows of seed \(seed) in "
        + "\(Numbers.fixed(seconds, digits: 1)) s, "
        + "\(Numbers.fixed(Double(report.steps) / Double(report.rows), digits: 1)) steps each")
  }

  private func write(
    _ generator: DataSetGenerator, to writer: TableWriter, threads: Int, _ output: Output
  ) throws -> SimulationReport {
    let chunk = 65_536
    var report = SimulationReport()
    for start in stride(from: 0, to: rows, by: chunk) {
      output.status("\(Numbers.grouped(start)) of \(Numbers.grouped(rows)) rows")
      let range = start..<min(rows, start + chunk)
      var numbers = [Double](repeating: 0, count: range.count * generator.width)
      let part = numbers.withUnsafeMutableBufferPointer {
        generator.makeRows(range, into: $0, threads: threads)
      }
      if part.failed > 0 {
        throw Failure(
          "\(part.failed) of rows \(range.lowerBound) to \(range.upperBound) do not explode",
          hint: "raise --dmin, or use charges of one sign", code: .usage)
      }
      report = report + part
      try writer.append(numbers)
    }
    return report
  }

  private func geometries() throws -> GeometryFamily {
    switch family {
    case .equilibrium:
      return .equilibrium(
        EquilibriumFamily(
          temperature: temperature ?? 300, fixedOrientation: fixedOrientation))
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

  private func combinations() throws -> [[Double]] {
    try charges.split(separator: "/", omittingEmptySubsequences: false).map { combination in
      let numbers = combination.split(separator: ",", omittingEmptySubsequences: false)
        .map { Double(String($0)) }
      guard numbers.count == 3, numbers.allSatisfy({ $0?.isFinite == true }) else {
        throw Failure(
          "implode simulate: '\(combination)' are not three charges",
          hint: "write them as --charges 2,2,2, or 2,2,2/1,2,2 to draw from", code: .usage)
      }
      return numbers.compactMap { $0 }
    }
  }
}
