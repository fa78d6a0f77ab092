import Checks
import Engine
import Typesetting

/// `implode bench`: how fast training steps are here.
let bench = Command<BenchOptions>(
  name: "bench", about: "rows per second of training steps on one device",
  examples: [
    Example("", "on the device that auto takes"),
    Example("--backend cpu", "on the processor"),
    Example("--device 0 --json", "on an OpenCL device, for a script"),
  ],
  notes: [
    "Rates are medians of chunks of steps. The peak is the best rate of oneDNN's matrix products "
      + "on the same threads (Debian: libdnnl2); it is not measured on OpenCL devices."
  ],
  initial: BenchOptions(),
  keys: [
    .backend(\.backend),
    .device(\.device),
    .threads(\.threads),
    Key(
      "seconds", \.seconds,
      check: { $0 > 0 && $0 <= 3600 ? nil : "must be above 0 and at most 3600" },
      "how long to measure each configuration"),
    Key("json", \.json, "machine-readable output"),
  ],
  run: { try $0.run($1) })

/// The options of `implode bench`.
struct BenchOptions: Hashable, Sendable {
  var backend = Backend.auto
  var device: Int?
  var threads: Int?
  var seconds = 2.0
  var json = false

  func run(_ output: Output) throws {
    let place = try Workplace.choose(backend, device: device, threads: threads)
    if !json { try output.print(Self.title(place)) }
    var measurements: [Measurement] = []
    var peak: Double?
    if let threads = place.threads {
      output.status("dense layer beside oneDNN")
      let dense = try DenseMeasurement(threads: threads, seconds: seconds)
      peak = dense?.peak
      measurements = dense?.measurements ?? []
      if !json {
        try output.print((dense?.lines ?? DenseMeasurement.absent).joined(separator: "\n"))
      }
    }
    for network in Self.networks {
      output.status("\(network.name), batches of \(network.batch)")
      measurements.append(
        try Measurement(of: network, on: place, peak: peak, seconds: seconds))
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
    let vectors = place.threads == nil ? "" : ", \(Processor.current.instructionSet)"
    return "\(place.backend.rawValue): \(place.name)\(threads)\(vectors)"
  }

  /// Systems of the sizes that are trained, and a small one, where all but arithmetic shows.
  private static let networks: [Network] = [
    .layers([9, 256, 512, 1024, 9], batch: 256),
    .layers([9, 128, 128, 9], batch: 512),
    .flow(couplings: 20, hidden: [128, 128], batch: 512),
  ]
}
