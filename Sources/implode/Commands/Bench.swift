import Configuration
import Engine
import Machine
import Training
import Text

/// `implode bench`: how fast training steps are here.
let bench = Command<BenchOptions>(
  name: "bench", about: "measures the speed of training steps",
  examples: [
    Example("", "all shipped configurations, on the default device"),
    Example("cvae-wide --batch 4096 model.latent=64", "one configuration, with changes"),
    Example("--backend cpu", "on the CPU"),
    Example("--device 0 --json", "on an OpenCL device, machine-readable"),
    Example("--explosions --device 0", "simulated explosions instead of training steps"),
  ],
  notes: [
    "A step is what training does: gather a batch, forward pass, backward pass, update. The rows are "
      + "simulated. For models with several stages the last stage is measured.",
    "Rates are medians over groups of steps. The peak is the best rate of oneDNN's matrix products "
      + "on the same threads (Debian: libdnnl2); it is not measured on OpenCL devices.",
    "--explosions simulates OCS of the family random from rest, for momenta alone and with their "
      + "derivatives in all six directions. On an OpenCL device the kernels are also timed alone.",
  ],
  initial: BenchOptions(),
  keys: [
    .backend(\.backend),
    .device(\.device),
    .threads(\.threads),
    .tuneSeconds(\.tuneSeconds),
    Key(
      "seconds", \.seconds,
      check: { $0 > 0 && $0 <= 3600 ? nil : "must be above 0 and at most 3600" },
      "seconds to measure each configuration"),
    .batch(\.batch),
    Key("explosions", \.explosions, "measure simulated explosions instead of training steps"),
    .json(\.json),
  ],
  operands: "[CONFIG …] [NAME=VALUE …]", words: TrainOptions.completedWords,
  positional: { $0.configs.append($1) },
  assignment: { $0.assignments.append(Assignment($1, $2)) },
  validate: { try $0.validate() },
  run: { try $0.run($1) })

/// The options of `implode bench`.
struct BenchOptions: Sendable {
  var configs: [String] = []
  var assignments: [Assignment] = []
  var backend = Backend.auto
  var device: Int?
  var threads: Int?
  var seconds = 2.0
  var batch: Int?
  var explosions = false
  var json = false
  var tuneSeconds = Workplace.tuneSeconds

  func validate() throws(Failure) {
    try backend.check(device: device)
    if explosions, let first = configs.first ?? assignments.first?.name {
      throw .usage(
        "--explosions and \(first): explosions have no configuration",
        hint: "omit one of them")
    }
  }

  func run(_ output: Output) throws {
    let place = try Workplace.choose(backend, device: device, threads: threads)
    if explosions {
      if !json { try output.print(Self.title(place)) }
      return try ExplosionMeasurement.print(on: place, seconds: seconds, json: json, output)
    }
    // What is misspelt is said before anything is measured.
    let benchmarks = try BenchmarkModel.all(configs, assignments: assignments, batch: batch)
    if !json { try output.print(Self.title(place)) }
    var measurements: [Measurement] = []
    var peak: Double?
    if let threads = place.threads {
      output.status("comparing a dense layer with oneDNN")
      let dense = try DenseMeasurement(threads: threads, seconds: seconds)
      peak = dense?.peak
      measurements = dense?.measurements ?? []
      if !json {
        try output.print((dense?.lines ?? DenseMeasurement.absent).joined(separator: "\n"))
      }
    }
    for benchmark in benchmarks {
      _ = try place.chooseProducts(
        for: place.products(of: [benchmark.stage]),
        seconds: tuneSeconds, output)
      output.status("\(benchmark.name), batches of \(benchmark.stage.settings.batch)")
      let measurement = try Measurement(of: benchmark, on: place, peak: peak, seconds: seconds)
      measurements.append(measurement)
      let narrows = measurement.precision != .fp32
      if let remark = place.remark(on: benchmark.stage.settings.precision, narrows: narrows) {
        output.note("\(benchmark.name): \(remark)")
      }
    }
    if json {
      try output.print(JSON.lines(measurements.map { $0.json(on: place) }))
    } else {
      let table = Measurement.table(measurements.filter { $0.launchesPerStep != nil })
      try output.print("\n" + table.text(width: output.terminal.tableWidth))
    }
  }

  private static func title(_ place: Workplace) -> String {
    let threads = place.threads.map { ", \(Numbers.count($0, "thread"))" } ?? ""
    let vectors = place.threads == nil ? "" : ", \(CPU.instructionSet)"
    return "\(place.backend.rawValue): \(place.name)\(threads)\(vectors)"
  }
}
