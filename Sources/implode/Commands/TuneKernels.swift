import Configuration
import Engine
import OpenCLBackend
import ShippedConfigurations
import Text

/// `implode tune-kernels`: which kernels compute matrix products fastest here.
let tuneKernels = Command<TuneKernelsOptions>(
  name: "tune-kernels", about: "measures which kernels compute matrix products fastest on a GPU",
  examples: [
    Example("", "for every configuration that comes with the program, on the GPU of auto"),
    Example("cvae-wide --batch 4096", "for one, with other batches"),
    Example("--device 1 --seconds 300 --json", "on another GPU, thoroughly, for a script"),
  ],
  notes: [
    "The products are those of training steps, as far as they are no part of a chain. Each is "
      + "computed by kernels of many sizes, and by CLBlast where that is installed; whatever gives "
      + "the standard kernel's result is timed. What wins is kept in the cache, in a file of text "
      + "for each device and driver, and training uses it from then on.",
    "A run keeps the kernels that it began with, and run.json names them: others would change its "
      + "last bits. Training measures what is not on file by itself, for a few seconds; "
      + "IMPLODE_TUNE_SECONDS=0 turns that off.",
  ],
  initial: TuneKernelsOptions(),
  keys: [
    .device(\.device),
    Key(
      "seconds", \.seconds,
      check: { $0 > 0 && $0 <= 86_400 ? nil : "must be above 0 and at most 86400" },
      "how long to measure altogether"),
    .batch(\.batch),
    Key("json", \.json, "machine-readable output"),
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
        "\(place.name): is a processor, where nothing is to be tuned",
        hint: "`implode devices` lists what there is; --device N takes a GPU of it",
        code: .unavailable)
    }
    let shapes = try shapes(on: place)
    let file = try device.tuningFile()
    let results = try place.tune(shapes, on: device, seconds: seconds, keptIn: file, output)
    if json {
      try output.print(JSON.lines(results.map(Self.json)))
    } else {
      try output.print(Self.table(results).text(width: output.terminal.tableWidth))
      if let file { try output.print("kept in \(file.path)") }
    }
    if results.count < shapes.count {
      output.warn(
        "\(shapes.count - results.count) of \(Numbers.count(shapes.count, "product")) were not "
          + "reached: --seconds gives more time")
    }
    if file == nil { output.warn("nothing is kept: IMPLODE_CACHE is empty") }
  }

  /// Those of all stages of all configurations.
  private func shapes(on place: Workplace) throws -> [ProductShape: Int] {
    try (configs.isEmpty ? ShippedConfiguration.all.map(\.name) : configs).reduce(into: [:]) {
      let system = try BenchmarkSystem($1, assignments: assignments, batch: batch)
      $0.merge(
        place.products(of: system.stages, data: system.data, system.settings),
        uniquingKeysWith: +)
    }
  }

  private static func table(_ results: [ProductTuner.Result]) -> TextTable {
    var table = TextTable([
      .text("product"), .number("µs"), .number("standard"), .number("tried"), .number("error"),
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
