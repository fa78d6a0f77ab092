/// How many threads the runs of a program use.
///
/// All, where each has a core of its own. Where other work takes cores away, threads wait for those
/// that do not run; then fewer are tried, and now and then more, and the number that takes less time
/// per run is kept. Only times decide, so that a program is never much slower than on one thread.
package struct CrewSize {
  private let most: Int
  package private(set) var threads: Int
  /// What is tried now is compared with this.
  private var standing: (threads: Int, secondsPerRun: Double)?
  private var block = Block()
  /// Blocks until something else is tried.
  private var rest = 0
  private var restAfterTrial = Self.shortestRest

  private struct Block {
    var runs = 0
    var seconds = 0.0, lost = 0.0
  }

  /// Long enough that a thread loses its core to others and gets it back several times.
  package static let blockSeconds = 0.05
  /// Threads that lose less than this by waiting are worth having.
  package static let mostLost = 0.15
  private static let shortestRest = 8, longestRest = 128

  package init(most: Int) { (self.most, threads) = (most, most) }

  /// Takes note of a run with `threads` threads, of which so many seconds were `lost` by waiting for
  /// threads that did not run.
  package mutating func record(seconds: Double, lost: Double) {
    block.runs += 1
    block.seconds += seconds
    block.lost += lost
    guard block.seconds >= Self.blockSeconds else { return }
    choose(secondsPerRun: block.seconds / Double(block.runs), lost: block.lost / block.seconds)
    block = Block()
  }

  private mutating func choose(secondsPerRun: Double, lost: Double) {
    if let standing {
      let isBetter = secondsPerRun < standing.secondsPerRun
      if !isBetter { threads = standing.threads }
      // What has been confirmed is doubted more seldom.
      restAfterTrial = isBetter ? Self.shortestRest : min(2 * restAfterTrial, Self.longestRest)
      rest = restAfterTrial
      self.standing = nil
      return
    }
    rest = max(0, rest - 1)
    let step = max(1, threads / 4)
    let isLosing = lost > Self.mostLost && threads > 1
    guard rest == 0, isLosing || threads < most else { return }
    standing = (threads, secondsPerRun)
    threads = isLosing ? threads - step : min(most, threads + step)
  }
}
