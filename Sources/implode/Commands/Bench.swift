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
    Example("--print-kernels cvae-energy", "the OpenCL C of its training step for a GPU"),
  ],
  notes: [
    "A step is what training does: gather a batch, forward pass, backward pass, update. The rows are "
      + "simulated. For models with several stages the last stage is measured.",
    "Rates are medians over groups of steps. The peak is the best rate of oneDNN's matrix products "
      + "on the same threads (Debian: libdnnl2); it is not measured on OpenCL devices.",
    "--explosions simulates OCS of the family random from rest, for momenta alone and with their "
      + "derivatives in all six directions. On an OpenCL device the kernels are also timed alone.",
    "--latency times copies: of 64 numbers, many launches in a row and one at a time, and of 128 MiB.",
    "--print-kernels and --print-launches need no device and measure nothing. They print what is for "
      + "a GPU, or with IMPLODE_LAUNCHES=cpu for a CPU; all stands for all shipped configurations. "
      + "Without CONFIG, --print-kernels prints the programs that depend on no configuration.",
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
    Key("latency", \.latency, "measure the time of a launch, and the memory, instead"),
    Key("print-kernels", \.printsKernels, "print the OpenCL C that would be compiled"),
    Key("print-launches", \.printsLaunches, "print what each launch of a training step does"),
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
  var latency = false
  var printsKernels = false
  var printsLaunches = false
  var json = false
  var tuneSeconds = Workplace.tuneSeconds

  func validate() throws(Failure) {
    try backend.check(device: device)
    let instead = [
      ("--explosions", explosions), ("--latency", latency), ("--print-kernels", printsKernels),
      ("--print-launches", printsLaunches),
    ].filter(\.1).map(\.0)
    if instead.count > 1 {
      throw .usage(
        instead.joined(separator: " and ") + " exclude each other", hint: "omit one of them")
    }
    if explosions || latency, let first = configs.first ?? assignments.first?.name {
      throw .usage(
        "\(instead[0]) and \(first): it measures no configuration", hint: "omit one of them")
    }
  }

  func run(_ output: Output) throws {
    if printsKernels { return try printKernels(output) }
    if printsLaunches { return try printLaunches(output) }
    let place = try Workplace.choose(backend, device: device, threads: threads)
    // What is misspelt is said before anything is measured.
    let benchmarks =
      explosions || latency
      ? [] : try BenchmarkModel.all(configs, assignments: assignments, batch: batch)
    if !json { try output.print(Self.title(place)) }
    if explosions {
      return try ExplosionMeasurement.print(on: place, seconds: seconds, json: json, output)
    }
    if latency {
      return try LaunchMeasurement(on: place.device).print(on: place, json: json, output)
    }
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
