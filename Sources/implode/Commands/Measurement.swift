import Checks
import Engine
import Training
import Text

/// How fast one configuration is.
struct Measurement: Hashable {
  let config: String
  let batch: Int
  let precision: ProductPrecision
  let rowsPerSecond: Double
  /// Nil where it is not a training step.
  let launchesPerStep: Int?
  let flopsPerRow: Int
  /// Nil where no peak was measured.
  let shareOfPeak: Double?

  init(
    _ config: String, batch: Int, precision: ProductPrecision = .fp32, rowsPerSecond: Double,
    launchesPerStep: Int?, flopsPerRow: Int, peak: Double?
  ) {
    (self.config, self.batch, self.rowsPerSecond) = (config, batch, rowsPerSecond)
    self.precision = precision
    (self.launchesPerStep, self.flopsPerRow) = (launchesPerStep, flopsPerRow)
    shareOfPeak = peak.map { rowsPerSecond * Double(flopsPerRow) / $0 }
  }

  /// The training steps of a model, of its last stage where it has several.
  init(
    of benchmark: BenchmarkModel, on place: Workplace, peak: Double?, seconds budget: Double
  ) throws {
    let stage = benchmark.stage
    let loop = try StepLoop(stage, data: benchmark.plan.data, on: place.device)
    self.init(
      benchmark.name, batch: stage.training.batch,
      precision: stage.narrowedLayers > 0 ? stage.settings.precision : .fp32,
      rowsPerSecond: try loop.rate(seconds: budget),
      launchesPerStep: stage.launches(on: place.traits) ?? 0, flopsPerRow: stage.flopsPerRow,
      peak: peak)
  }

  func json(on place: Workplace) -> JSON {
    .members([
      "config": .string(config), "backend": .string(place.backend.rawValue),
      "device": .string(place.name), "batch": .integer(batch),
      "precision": .string(precision.name),
      "emulated": .bool(place.emulates(precision)),
      "rows_per_second": .number(rowsPerSecond), "launches_per_step": .optional(launchesPerStep),
      "flops_per_row": .integer(flopsPerRow), "share_of_peak": .optional(shareOfPeak),
    ])
  }

  static func table(_ measurements: [Measurement]) -> TextTable {
    var table = TextTable([
      .text("training step"), .number("batch"), .number("rows/s"), .number("launches"),
      .number("flops/row"), .number("of peak"),
    ])
    for row in measurements {
      table.append([
        row.config, "\(row.batch)", Numbers.grouped(Int(row.rowsPerSecond.rounded())),
        row.launchesPerStep.map(String.init) ?? "-", Numbers.grouped(row.flopsPerRow),
        row.shareOfPeak.map(Numbers.percent) ?? "-",
      ])
    }
    return table
  }
}

/// One dense layer on the CPU, compared with oneDNN.
struct DenseMeasurement {
  let peak: Double
  private let result: DenseBenchmark.Result

  private static let benchmark = DenseBenchmark(rows: 256, inputs: 512, outputs: 1024)

  /// Nil where oneDNN is not installed.
  init?(threads: Int, seconds: Double) throws {
    // The median of an odd number of rounds, of which 15 take about 2 s.
    let rounds = max(3, Int(seconds * 7) | 1)
    guard let result = try Self.benchmark.run(threads: threads, rounds: rounds),
      let peak = DenseBenchmark.peak(threads: threads)
    else { return nil }
    // On a busy machine a single measurement may well be the slower one.
    (self.result, self.peak) = (result, max(peak, result.oneDNN))
  }

  static let absent = [
    "oneDNN is not installed (Debian: libdnnl2): no comparison and no peak"
  ]

  var measurements: [Measurement] {
    let size = Self.benchmark
    let flops = 6 * size.inputs * size.outputs
    return [("", result.ours), (" by oneDNN", result.oneDNN)].map { suffix, rate in
      Measurement(
        "dense \(size.inputs)-\(size.outputs)\(suffix)", batch: size.rows,
        rowsPerSecond: rate / Double(flops), launchesPerStep: nil, flopsPerRow: flops, peak: peak)
    }
  }

  var lines: [String] {
    let size = Self.benchmark
    func gigaflops(_ rate: Double) -> String { Numbers.fixed(rate / 1e9, digits: 0) }
    func ratio(_ x: Double?) -> String { x.map { Numbers.fixed($0, digits: 2) } ?? "-" }
    return [
      "peak \(gigaflops(peak)) Gflop/s (oneDNN's matrix products)",
      "dense layer \(size.rows)×\(size.inputs)×\(size.outputs), forward and backward: "
        + "\(gigaflops(result.ours)) Gflop/s, oneDNN \(gigaflops(result.oneDNN))",
      "  ratio \(ratio(result.ratio)), from \(ratio(result.ratios.first)) to "
        + "\(ratio(result.ratios.last)) in \(result.ratios.count) rounds",
    ]
  }
}
