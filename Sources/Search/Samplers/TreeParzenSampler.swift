import Glibc

/// The tree-structured Parzen estimator (Bergstra et al. 2011; Watanabe 2023, arXiv:2304.11127).
///
/// Of all trials the best tenth makes one density, the others a second; of 24 random points of the
/// first, the one is taken at which the ratio of both is largest. The first ten trials are random.
/// Trials that are running count among the others, so that several workers keep apart. Parameters
/// that every trial has are chosen together, those with a condition each by itself. All numbers are
/// the defaults of Optuna 5.
package struct TreeParzenSampler: Sampler {
  private let seed: UInt64

  package init(seed: UInt64) { self.seed = seed }

  private static let startupTrials = 10
  private static let candidates = 24

  package func sample(
    _ group: [SearchParameter], trial number: Int, among trials: [Trial]
  ) -> [Double] {
    let finished = trials.filter { $0.state == .complete || $0.state == .pruned }
    guard finished.count >= Self.startupTrials, let first = group.first else {
      return RandomSampler(seed: seed).sample(group, trial: number, among: trials)
    }
    let (good, bad) = Self.split(trials, Self.goodCount(of: finished.count))
    let goodDensity = ParzenEstimator(points(of: good, group), of: group)
    let badDensity = ParzenEstimator(points(of: bad, group), of: group)
    // Not the numbers of the random sampler, which has the same places.
    var random = TrialRandom(seed: seed, trial: number, dimension: first.place + 1 << 16)
    var best: (point: [Double], ratio: Double)?
    for _ in 0..<Self.candidates {
      let point = goodDensity.sample(&random)
      let ratio = goodDensity.logDensity(point) - badDensity.logDensity(point)
      if best.map({ ratio > $0.ratio }) ?? true { best = (point, ratio) }
    }
    return best?.point ?? []
  }

  private static func goodCount(of finished: Int) -> Int { min((finished + 9) / 10, 25) }

  /// The best trials and all others, each by number. Pruned trials come behind complete ones, the
  /// longest of them first.
  static func split(_ trials: [Trial], _ count: Int) -> (good: [Trial], bad: [Trial]) {
    func rank(_ trial: Trial) -> [Double] {
      switch trial.state {
      case .complete: [0, trial.value ?? .infinity]
      case .pruned:
        if let step = trial.lastStep, let value = trial.reports[step] {
          [1, -Double(step), value.isNaN ? .infinity : value]
        } else {
          [1, 1, 0]
        }
      default: [2]
      }
    }
    let known = trials.filter { [.complete, .pruned, .running].contains($0.state) }
    let ordered = known.map { (rank: rank($0), trial: $0) }.sorted { a, b in
      a.rank == b.rank
        ? a.trial.number < b.trial.number : a.rank.lexicographicallyPrecedes(b.rank)
    }.map(\.trial)
    let good = ordered.prefix(count).filter { $0.state != .running }
    let bad = ordered.dropFirst(good.count)
    return (
      good.sorted { $0.number < $1.number }, bad.sorted { $0.number < $1.number }
    )
  }

  /// The numbers of those trials that have all parameters.
  private func points(of trials: [Trial], _ group: [SearchParameter]) -> [[Double]] {
    trials.compactMap { trial in
      let numbers = group.compactMap { parameter -> Double? in
        guard let found = trial.parameters[parameter.name],
          found.distribution.isCompatible(with: parameter.distribution)
        else { return nil }
        return found.number
      }
      return numbers.count == group.count ? numbers : nil
    }
  }
}
