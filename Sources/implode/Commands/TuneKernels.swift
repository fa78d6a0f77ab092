import Models
import Configuration
import Engine
import OpenCLBackend
import Text
import Training

/// `implode tune-kernels`: which kernels compute matrix products fastest here.
let tuneKernels = Command<TuneKernelsOptions>(
  name: "tune-kernels", about: "finds the fastest matrix-product kernels for a GPU",
  examples: [
    Example("", "for all shipped configurations, on the default GPU"),
    Example("cvae-wide --batch 4096", "for one configuration and batch size"),
    Example("--device 1 --seconds 300 --json", "on another GPU, with more time"),
  ],
  notes: [
    "Tunes the matrix products of training steps that are not part of a chain. Each is computed by "
      + "kernels with many tile sizes, and by CLBlast if it is installed; kernels that agree with "
      + "the standard kernel are timed. The fastest are stored in the cache, in a text file for "
      + "each device and driver, and used by later training runs.",
    "A run keeps the kernels it was started with, listed in run.json, because other kernels round "
      + "differently. Training tunes missing matrix products itself, for a few seconds; "
      + "IMPLODE_TUNE_SECONDS=0 disables this.",
  ],
  initial: TuneKernelsOptions(),
  keys: [
    .device(\.device),
    Key(
      "seconds", \.seconds,
      check: { $0 > 0 && $0 <= 86_400 ? nil : "must be above 0 and at most 86400" },
      "total time in seconds"),
    .batch(\.batch),
    .json(\.json),
  ],
  operands: "[CONFIG …] [NAME=VALUE …]", words: TrainOptions.completedWords,
  positional: { $0.configs.append($1) },
  assignment: { $0.assignments.append(Assignment($1, $2)) },
  run: { try $0.run($1) })

/// The options of `implode tune-kernels`.
struct TuneKernelsOptions: Sendable {
  var configs: [String] = []
  var assignments: [Assignment] = []
  var device: Int?
  var seconds = 60.0
  var batch: Int?
  var json = false

  func run(_ output: Output) throws {
    let place = try Workplace.choose(.auto, device: device, threads: nil)
    guard let device = place.tunableDevice else {
      throw Failure(
        "\(place.name): is a CPU, which needs no tuning",
        hint: "`implode devices` lists the devices; choose a GPU with --device N",
        code: .unavailable)
    }
    let shapes = try shapes(on: place)
    let file = try device.tuningFile()
    let results = try place.tune(shapes, on: device, seconds: seconds, keptIn: file, output)
    if json {
      try output.print(JSON.lines(results.map(Self.json)))
    } else {
      try output.print(Self.table(results).text(width: output.terminal.tableWidth))
      if let file { try output.print("stored in \(file.path)") }
    }
    if results.count < shapes.count {
      output.warn(
        "\(shapes.count - results.count) of \(Numbers.count(shapes.count, "matrix product")) were not "
          + "tuned: increase --seconds")
    }
    if file == nil { output.warn("results are not stored: IMPLODE_CACHE is empty") }
  }

  /// Those of all stages of all configurations.
  private func shapes(on place: Workplace) throws -> [ProductShape: Int] {
    try BenchmarkModel.all(configs, assignments: assignments, batch: batch).reduce(into: [:]) {
      $0.merge(place.products(of: $1.plan.stages), uniquingKeysWith: +)
    }
  }

  private static func table(_ results: [ProductTuner.Result]) -> TextTable {
    var table = TextTable([
      .text("matrix product"), .number("µs"), .number("standard"), .number("tried"),
      .number("error"),
      .text("kernel"),
    ])
    for result in results {
      let product = result.product
      table.append([
        product.shape.description, Numbers.significant(product.microseconds, digits: 4),
        Numbers.significant(result.standardMicroseconds, digits: 4), "\(result.candidates)",
        Numbers.scientific(product.error), product.choice.description,
      ])
    }
    return table
  }

  private static func json(_ result: ProductTuner.Result) -> JSON {
    let (product, shape) = (result.product, result.product.shape)
    return .members([
      "role": .string(shape.role.rawValue), "rows": .integer(shape.rows),
      "columns": .integer(shape.columns), "depth": .integer(shape.depth),
      "kernel": .string(product.choice.text), "microseconds": .number(product.microseconds),
      "standard_microseconds": .number(result.standardMicroseconds),
      "candidates": .integer(result.candidates), "error": .number(product.error),
    ])
  }
}
