/// Says which trials are not worth finishing.
package protocol Pruner: Sendable {
  /// - Parameters:
  ///   - trial: with all that it has reported; its last report is new.
  ///   - trials: all of the study.
  func prunes(_ trial: Trial, among trials: [Trial]) -> Bool
}

/// Ends a trial whose best report is worse than the median of what complete trials have reported at
/// the same step. Needs five complete trials.
package struct MedianPruner: Pruner {
  private let startupTrials: Int

  package init(startupTrials: Int = 5) { self.startupTrials = startupTrials }

  package func prunes(_ trial: Trial, among trials: [Trial]) -> Bool {
    let complete = trials.filter { $0.state == .complete && $0.id != trial.id }
    guard complete.count >= max(1, startupTrials), let step = trial.lastStep else { return false }
    guard let best = trial.reports.values.filter({ !$0.isNaN }).min() else { return true }
    let others = complete.compactMap { $0.reports[step] }.filter { !$0.isNaN }.sorted()
    guard !others.isEmpty else { return false }
    let middle = others.count / 2
    let median =
      others.count % 2 == 1 ? others[middle] : (others[middle - 1] + others[middle]) / 2
    return best > median
  }
}

/// Asynchronous successive halving (Li et al. 2020, arXiv:1810.05934).
///
/// At 1, 4, 16 … times the least number of steps a trial goes on if it is among the best quarter of
/// those that have come so far. The least number is a hundredth of what complete trials have taken.
package struct HalvingPruner: Pruner {
  private let leastSteps: Int?

  private static let factor = 4

  /// - Parameter leastSteps: nil finds it by the trials that are complete.
  package init(leastSteps: Int? = nil) { self.leastSteps = leastSteps }

  package func prunes(_ trial: Trial, among trials: [Trial]) -> Bool {
    guard let last = trial.lastStep, var rung = leastSteps ?? Self.leastSteps(of: trials) else {
      return false
    }
    while rung <= last {
      // Only where this step is the first to reach the rung: each is decided about once.
      if let value = Self.report(of: trial, reaching: rung), value.step == last {
        if value.number.isNaN { return true }
        let others = trials.filter { $0.id != trial.id }
          .compactMap { Self.report(of: $0, reaching: rung)?.number }
        let ranked = (others + [value.number]).filter { !$0.isNaN }.sorted()
        let count = max(1, (others.count + 1) / Self.factor)
        if value.number > ranked[min(count, ranked.count) - 1] { return true }
      }
      let (next, isOver) = rung.multipliedReportingOverflow(by: Self.factor)
      if isOver { return false }
      rung = next
    }
    return false
  }

  private static func leastSteps(of trials: [Trial]) -> Int? {
    let most = trials.filter { $0.state == .complete }.compactMap(\.lastStep).max()
    return most.map { max($0 / 100, 1) }
  }

  private static func report(
    of trial: Trial, reaching rung: Int
  ) -> (step: Int, number: Double)? {
    guard let step = trial.reports.keys.filter({ $0 >= rung }).min(),
      let number = trial.reports[step]
    else { return nil }
    return (step, number)
  }
}
