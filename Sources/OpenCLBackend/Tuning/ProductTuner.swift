import COpenCL
package import Engine

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

  /// Measures until the time is over, the products that take longest first. Products for which there
  /// was no time to try another kernel are left out: the next time may have it.
  package func tune(_ shapes: [ProductShape: Int]) throws(OpenCLError) -> [Result] {
    func work(_ entry: (key: ProductShape, value: Int)) -> Double {
      Double(entry.key.flops) * Double(entry.value)
    }
    let ordered = shapes.sorted { (work($1), $0.key.text) < (work($0), $1.key.text) }
    let start = ContinuousClock.now
    var results: [Result] = []
    for (index, entry) in ordered.enumerated() {
      let left = budget - (ContinuousClock.now - start)
      guard left > .zero else { break }
      progress("tuning \(entry.key), \(index + 1) of \(ordered.count)")
      // What one leaves over is for the others.
      let rest = ordered[index...].reduce(0) { $0 + work($1) }
      let share = max(work(entry) / rest, 1 / Double(ordered.count - index))
      let deadline = ContinuousClock.now + left * share
      let result = try tune(entry.key, until: deadline)
      if result.candidates > 1 || ContinuousClock.now < deadline { results.append(result) }
    }
    return results
  }

  private func tune(
    _ shape: ProductShape, until deadline: ContinuousClock.Instant
  ) throws(OpenCLError) -> Result {
    let products = device.products
    defer { device.products = products }
    var trial = try ProductTrial(shape, on: device)
    let candidates = ProductCandidates(
      shape: shape, wanted: 4 * device.properties.computeUnits, hasLibrary: clblast_is_present())
    let rounds: [(ProductChoice) -> [ProductChoice]] = [
      { _ in candidates.sizes }, candidates.steps, candidates.cuts,
    ]
    for round in rounds {
      for choice in round(trial.best.choice) where ContinuousClock.now < deadline {
        trial.take(choice)
      }
    }
    try trial.confirm()
    return Result(
      product: trial.best, standardMicroseconds: trial.standard.microseconds,
      candidates: trial.count)
  }
}
