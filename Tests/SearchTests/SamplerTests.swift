import Glibc
import Search
import Testing

/// How parameters are chosen.
@Suite struct SamplerTests {
  private static let space = [
    SearchParameter("x", .float(low: -5, high: 10, isLog: false), place: 0),
    SearchParameter("y", .float(low: 1e-4, high: 1, isLog: true), place: 1),
    SearchParameter("n", .integer(low: 2, high: 10, isLog: false, step: 2), place: 2),
    SearchParameter("m", .integer(low: 1, high: 100, isLog: true), place: 3),
    SearchParameter("c", .choice([.text("a"), .text("b"), .text("c")]), place: 4),
  ]

  private static func samplers(seed: UInt64) -> [any Sampler] {
    [RandomSampler(seed: seed), HaltonSampler(seed: seed), TreeParzenSampler(seed: seed)]
  }

  /// Least at x = 2, y = 0.01, n = 6, m = 10 and the second choice.
  private static func objective(_ point: [Double]) -> Double {
    let (x, y, n, m) = (
      (point[0] - 2) / 5, log10(point[1]) + 2, (point[2] - 6) / 4, log10(point[3])
    )
    return x * x + y * y + n * n + (m - 1) * (m - 1) + (point[4] == 1 ? 0 : 1)
  }

  /// The trials of a search.
  private static func search(_ sampler: any Sampler, trials count: Int) -> [Trial] {
    var trials: [Trial] = []
    for number in 0..<count {
      let point = sampler.sample(space, trial: number, among: trials)
      var trial = Trial(id: number, number: number, state: .complete)
      for (parameter, value) in zip(space, point) {
        trial.parameters[parameter.name] = Trial.Parameter(value, parameter.distribution)
      }
      trial.values = [objective(point)]
      trials.append(trial)
    }
    return trials
  }

  @Test("all values are of their distribution, and both ends and all choices come up")
  func ranges() {
    for sampler in Self.samplers(seed: 3) {
      let trials = Self.search(sampler, trials: 80)
      for trial in trials {
        for parameter in trial.parameters.values {
          #expect(parameter.distribution.number(of: parameter.value) == parameter.number)
        }
      }
      #expect(Set(trials.compactMap { $0.parameters["c"]?.number }) == [0, 1, 2])
      #expect(Set(trials.compactMap { $0.parameters["n"]?.number }) == [2, 4, 6, 8, 10])
    }
  }

  @Test("what is chosen follows from the seed and the trials")
  func deterministic() {
    for (a, b) in zip(Self.samplers(seed: 3), Self.samplers(seed: 3)) {
      #expect(Self.search(a, trials: 30) == Self.search(b, trials: 30))
    }
    for (a, b) in zip(Self.samplers(seed: 3), Self.samplers(seed: 4)) {
      #expect(Self.search(a, trials: 12) != Self.search(b, trials: 12))
    }
  }

  @Test("of ten seeds, TPE finds less than random search by far with at least nine")
  func better() {
    func best(_ sampler: any Sampler) -> Double {
      Self.search(sampler, trials: 60).compactMap(\.value).min() ?? .infinity
    }
    let pairs = (1...10).map { seed in
      (best(TreeParzenSampler(seed: seed)), best(RandomSampler(seed: seed)))
    }
    let ratios = pairs.map { $0.0 / $0.1 }.sorted()
    #expect(ratios[8] < 1 && (ratios[4] + ratios[5]) / 2 < 0.5, "\(ratios)")
  }

  @Test("points of Halton's sequence are more even than random ones")
  func even() {
    /// The largest difference between a share of the points and that of the range below it.
    func discrepancy(_ sampler: any Sampler) -> Double {
      let points = (0..<64).map { sampler.sample([Self.space[0]], trial: $0, among: [])[0] }
      let sorted = points.sorted().map { ($0 + 5) / 15 }
      return sorted.enumerated().map { abs($1 - (Double($0) + 0.5) / 64) }.max() ?? 1
    }
    for seed in 1...5 as ClosedRange<UInt64> {
      #expect(discrepancy(HaltonSampler(seed: seed)) < 0.04)
      #expect(discrepancy(RandomSampler(seed: seed)) > 0.04)
    }
  }

  @Test("workers that choose at the same time choose other points")
  func apart() {
    let sampler = TreeParzenSampler(seed: 1)
    var trials = Self.search(sampler, trials: 20)
    var points: [[Double]] = []
    for number in 20..<24 {
      let point = sampler.sample(Self.space, trial: number, among: trials)
      var trial = Trial(id: number, number: number, state: .running)
      for (parameter, value) in zip(Self.space, point) {
        trial.parameters[parameter.name] = Trial.Parameter(value, parameter.distribution)
      }
      trials.append(trial)
      points.append(point)
    }
    #expect(Set(points).count == 4)
  }
}
