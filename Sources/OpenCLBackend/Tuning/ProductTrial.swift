import Engine
import Machine

/// The candidates for one product, one after the other, beside the standard kernel.
struct ProductTrial {
  private(set) var standard: TunedProduct
  private(set) var best: TunedProduct
  /// How many were right and timed, the standard kernel among them.
  private(set) var count = 1
  private let device: OpenCLDevice
  private let probe: ProductProbe
  /// The standard kernel's program, which has the operands.
  private let reference: OpenCLProgram
  private let expected: [[Float]]

  /// So much of the standard kernel's time a candidate may take at most: less is noise.
  private static let share = 0.97

  init(_ shape: ProductShape, on device: OpenCLDevice) throws(OpenCLError) {
    let probe = ProductProbe(shape)
    (self.device, self.probe) = (device, probe)
    device.products = ProductTuning(standard: .standard)
    let program = try device.program(probe.graph)
    reference = program
    expected = try Self.results(of: probe, program) { () throws in try probe.fill(program) }
    standard = TunedProduct(
      shape, .standard, microseconds: try program.microseconds(), error: 0)
    best = standard
  }

  /// A candidate that the device refuses, or computes otherwise, is left out.
  mutating func take(_ choice: ProductChoice) {
    guard choice != .standard, device.canUse(choice),
      let program = try? program(choice),
      let results = try? Self.results(of: probe, program)
    else { return }
    let error = ProductProbe.difference(results, expected)
    guard error <= ProductProbe.bound, let time = try? program.microseconds() else { return }
    count += 1
    if time < best.microseconds && time < Self.share * standard.microseconds {
      best = TunedProduct(best.shape, choice, microseconds: time, error: error)
    }
  }

  /// Measures the best and the standard kernel once more: the first one of all was timed on a device
  /// that may still have been asleep.
  mutating func confirm() throws(OpenCLError) {
    guard best.choice != .standard else { return }
    let own = min(best.microseconds, try program(best.choice).microseconds())
    let other = min(standard.microseconds, try reference.microseconds())
    standard = TunedProduct(standard.shape, .standard, microseconds: other, error: 0)
    best = TunedProduct(best.shape, best.choice, microseconds: own, error: best.error)
    if own >= Self.share * other { best = standard }
  }

  private func program(_ choice: ProductChoice) throws(OpenCLError) -> OpenCLProgram {
    device.products = ProductTuning(standard: choice)
    return try device.program(probe.graph, sharing: reference)
  }

  private static func results(
    of probe: ProductProbe, _ program: OpenCLProgram, after prepare: () throws -> Void = {}
  ) throws(OpenCLError) -> [[Float]] {
    do {
      try prepare()
      try probe.poison(program)
      try program.run()
      return try probe.results.map { try program.read($0) }
    } catch {
      throw error as? OpenCLError ?? OpenCLError("\(error)")
    }
  }
}

extension OpenCLProgram {
  /// Of one run among many: the least of some samples, of which the first ones warm up.
  ///
  /// Launches follow each other as in a training step, so that what a launch costs counts, too.
  fileprivate func microseconds() throws(OpenCLError) -> Double {
    // A sample is long beside the waiting at its end.
    let sample = 4e-3
    var runs = 1
    var time = try seconds(of: runs)
    while time < sample && runs < 4096 {
      runs *= 2
      time = try seconds(of: runs)
    }
    var least = Double.infinity
    for _ in 0..<3 { least = min(least, try seconds(of: runs)) }
    return least / Double(runs) * 1e6
  }

  private func seconds(of runs: Int) throws(OpenCLError) -> Double {
    let start = ContinuousClock.now
    for _ in 0..<runs { try run() }
    try synchronize()
    return (ContinuousClock.now - start).seconds
  }
}
