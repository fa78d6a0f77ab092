import Engine
import Machine
import OpenCLBackend
import Physics
import Text

/// How many explosions a second a device simulates.
struct ExplosionMeasurement {
  /// `momenta` or `derivatives`.
  let result: String
  let precision: String
  let rowsPerSecond: Double
  /// The kernels alone; nil for the CPU.
  let kernelRowsPerSecond: Double?

  /// Measures momenta and derivatives in all precisions that the device has.
  static func print(
    on place: Workplace, seconds: Double, json: Bool, _ output: Output
  ) throws {
    let molecule = Molecule.carbonylSulfide
    let rows = try GeometryFamily.random(RandomFamily())
      .positions(0..<(1 << 17), of: molecule, seed: 1)
    var results: [ExplosionMeasurement] = []
    for isDouble in [false, true] {
      for directions in [0, 6] {
        output.status("explosions, \(isDouble ? "double" : "single") precision")
        let part = directions == 0 ? rows : Array(rows.prefix(rows.count / 8))
        if let device = place.device as? OpenCLDevice {
          guard !isDouble || device.properties.hasDoubles else { continue }
          results.append(
            try ExplosionMeasurement(
              part, directions, seconds,
              on: OpenCLExplosion(
                molecule, on: device, accuracy: isDouble ? .precise : .single,
                isDouble: isDouble)))
        } else if directions == 0 {
          results.append(
            ExplosionMeasurement(
              part, isPrecise: isDouble, seconds, threads: place.threads ?? CPU.threads))
        }
      }
    }
    output.clearStatus()
    if json {
      try output.print(JSON.lines(results.map { $0.json(on: place) }))
    } else {
      try output.print("\n" + table(results).text(width: output.terminal.tableWidth))
    }
  }

  private init(
    _ rows: [Double], _ directions: Int, _ seconds: Double, on explosion: OpenCLExplosion
  ) throws {
    let along = [Double](repeating: 1, count: rows.count * directions)
    result = directions == 0 ? "momenta" : "derivatives"
    precision = explosion.isDouble ? "double" : "single"
    rowsPerSecond = try Self.rate(rows.count / explosion.molecule.width, seconds) {
      if directions == 0 {
        _ = try explosion.explode(rows, threads: CPU.threads)
      } else {
        _ = try explosion.explode(
          rows, directions: directions, along: along, threads: CPU.threads)
      }
    }
    kernelRowsPerSecond = 1 / (try explosion.kernelSeconds(rows, directions: directions))
  }

  private init(_ rows: [Double], isPrecise: Bool, _ seconds: Double, threads: Int) {
    let explosion = CoulombExplosion(accuracy: isPrecise ? .precise : .fast)
    result = "momenta"
    precision = isPrecise ? "double, 1e-10" : "double, 1e-6"
    rowsPerSecond = Self.rate(rows.count / explosion.molecule.width, seconds) {
      _ = explosion.explode(rows, threads: threads)
    }
    kernelRowsPerSecond = nil
  }

  /// Rows per second of the fastest of the calls that fit into the time, after one that is not timed.
  private static func rate(
    _ rows: Int, _ seconds: Double, _ body: () throws -> Void
  ) rethrows -> Double {
    try body()
    let begin = ContinuousClock.now
    var least = Double.infinity
    repeat {
      let start = ContinuousClock.now
      try body()
      least = min(least, (ContinuousClock.now - start).seconds)
    } while (ContinuousClock.now - begin).seconds < seconds
    return Double(rows) / least
  }

  private func json(on place: Workplace) -> JSON {
    .members([
      "explosions": .string(result), "backend": .string(place.backend.rawValue),
      "device": .string(place.name), "precision": .string(precision),
      "rows_per_second": .number(rowsPerSecond),
      "kernel_rows_per_second": .optional(kernelRowsPerSecond),
    ])
  }

  private static func table(_ results: [ExplosionMeasurement]) -> TextTable {
    var table = TextTable([
      .text("explosions"), .text("precision"), .number("rows/s"), .number("kernel rows/s"),
    ])
    func text(_ rate: Double?) -> String {
      rate.map { Numbers.grouped(Int($0.rounded())) } ?? "–"
    }
    for row in results {
      table.append([
        row.result, row.precision, text(row.rowsPerSecond), text(row.kernelRowsPerSecond),
      ])
    }
    return table
  }
}
