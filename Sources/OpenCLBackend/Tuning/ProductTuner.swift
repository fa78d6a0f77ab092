import COpenCL
package import Engine
import KernelSources

/// Finds out by measuring which kernels compute which products fastest on one device.
///
/// A candidate counts only if its result is that of the standard kernel within a bound, and is taken
/// only if it is clearly faster.
package final class ProductTuner {
  private let device: OpenCLDevice
  private let budget: Duration
  private let progress: (String) -> Void

  /// - Parameter progress: is told what is being measured.
  package init(
    _ device: OpenCLDevice, seconds: Double, progress: @escaping (String) -> Void = { _ in }
  ) {
    (self.device, budget, self.progress) = (device, .seconds(seconds), progress)
  }

  /// A product with its standard kernel's time beside that of the winner.
  package struct Result: Sendable {
    package let product: TunedProduct
    package let standardMicroseconds: Double
    /// Those that were right and timed, the standard one among them.
    package let candidates: Int
  }

  /// Measures until the time is over, the products that take longest first. Every product that is
  /// reached has a result; those that are not are left out.
  package func tune(_ shapes: [ProductShape: Int]) throws(OpenCLError) -> [Result] {
    let ordered = shapes.sorted {
      ($1.key.flops * $1.value, $0.key.text) < ($0.key.flops * $0.value, $1.key.text)
    }.map(\.key)
    let start = ContinuousClock.now
    var results: [Result] = []
    for (index, shape) in ordered.enumerated() {
      let left = budget - (ContinuousClock.now - start)
      guard left > .zero else { break }
      progress("tuning \(shape), \(index + 1) of \(ordered.count)")
      // What one leaves over is for the others.
      let deadline = ContinuousClock.now + left / (ordered.count - index)
      results.append(try tune(shape, until: deadline))
    }
    return results
  }

  private func tune(
    _ shape: ProductShape, until deadline: ContinuousClock.Instant
  ) throws(OpenCLError) -> Result {
    let products = device.products
    defer { device.products = products }
    var trial = try Trial(shape, on: device)
    let candidates = ProductCandidates(
      shape: shape, wanted: 4 * device.properties.computeUnits, hasLibrary: clblast_is_present())
    let rounds: [(ProductChoice) -> [ProductChoice]] = [
      { _ in candidates.sizes }, candidates.ways, candidates.cuts, candidates.weightCuts,
    ]
    for round in rounds {
      for choice in round(trial.best.choice) where ContinuousClock.now < deadline {
        trial.take(choice, on: device)
      }
    }
    return Result(
      product: trial.best, standardMicroseconds: trial.standard.microseconds,
      candidates: trial.count)
  }
}

/// The candidates for one product, one after the other.
private struct Trial {
  let standard: TunedProduct
  private(set) var best: TunedProduct
  private(set) var count = 1
  private let probe: ProductProbe
  private let expected: [[Float]]

  /// Largest difference from the standard kernel's result: orders of sums differ, nothing else.
  private static let bound = 2e-5
  /// So much of the standard kernel's time a candidate may take at most: less is noise.
  private static let share = 0.97

  init(_ shape: ProductShape, on device: OpenCLDevice) throws(OpenCLError) {
    probe = ProductProbe(shape)
    let run = try TimedProbe(probe, .standard, on: device)
    expected = run.results
    standard = TunedProduct(
      shape, .standard, microseconds: try run.microseconds(), error: 0)
    best = standard
  }

  /// A candidate that the device refuses, or computes otherwise, is left out.
  mutating func take(_ choice: ProductChoice, on device: OpenCLDevice) {
    guard choice != .standard, let run = try? TimedProbe(probe, choice, on: device) else { return }
    let error = ProductProbe.difference(run.results, expected)
    guard error <= Self.bound, let time = try? run.microseconds() else { return }
    count += 1
    if time < best.microseconds && time < Self.share * standard.microseconds {
      best = TunedProduct(best.shape, choice, microseconds: time, error: error)
    }
  }
}

/// A probe compiled with one choice, which has run once.
private struct TimedProbe {
  let results: [[Float]]
  private let program: OpenCLProgram

  init(
    _ probe: ProductProbe, _ choice: ProductChoice, on device: OpenCLDevice
  ) throws(OpenCLError) {
    device.products = ProductTuning(standard: choice)
    let program = try device.program(probe.graph)
    self.program = program
    do {
      try probe.fill(program)
      try program.run()
      results = try probe.results.map { try program.read($0) }
    } catch {
      throw error as? OpenCLError ?? OpenCLError("\(error)")
    }
  }

  /// Of one run among many: the least of some samples, of which the first warms up.
  ///
  /// Launches follow each other as in a training step, so that what a launch costs counts, too.
  func microseconds() throws(OpenCLError) -> Double {
    var runs = 1
    var time = try seconds(of: runs)
    while time < Self.sample && runs < 4096 {
      runs *= 2
      time = try seconds(of: runs)
    }
    var least = Double.infinity
    for _ in 0..<3 { least = min(least, try seconds(of: runs)) }
    return least / Double(runs) * 1e6
  }

  /// Seconds that a sample takes: long beside the waiting at its end.
  private static let sample = 4e-3

  private func seconds(of runs: Int) throws(OpenCLError) -> Double {
    let start = ContinuousClock.now
    for _ in 0..<runs { try program.run() }
    try program.synchronize()
    let time = ContinuousClock.now - start
    return Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
  }
}
